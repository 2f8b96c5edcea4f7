// Light or dark as somebody chose it, before anything is drawn; without a choice the system's.
"use strict";
{
  const chosen = localStorage.getItem("vmq-theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
}
