// The administrators' pages: the configuration table by table, personalities, prompts, users, what was done, health.
import { html } from "../parts/html.js";
import { roomAddress } from "../where.js";
import { t } from "../words/words.js";
import { AuditPage } from "./audit.js";
import { ChangesPage } from "./changes.js";
import { HealthPage } from "./health.js";
import { PacksPage } from "./packs.js";
import { PromptsPage } from "./prompts.js";
import { SettingsPage } from "./settings.js";
import { SkillsPage } from "./skills.js";
import { UsersPage } from "./users.js";

const TABLES = ["queues", "agents", "trunks", "schedules", "penalty-rules", "mailboxes", "classes-of-service", "lists", "doors", "doorbells", "webhooks"];
const PAGES = {
  ...Object.fromEntries(TABLES.map((table) => [table, SettingsPage])),
  skills: SkillsPage,
  changes: ChangesPage,
  personalities: PacksPage,
  prompts: PromptsPage,
  users: UsersPage,
  audit: AuditPage,
  health: HealthPage,
};
const ORDER = ["queues", "agents", "skills", ...TABLES.slice(2), "personalities", "prompts", "users", "changes", "audit", "health"];

export default function AdminRoom({ where }) {
  const [wanted, name = ""] = where.rest;
  const page = wanted in PAGES ? wanted : ORDER[0];
  const Page = PAGES[page];
  return html`
    <div class="admin">
      <nav aria-label=${t("admin.pages")}>${ORDER.map((each) => html`
        <a key=${each} href=${roomAddress("admin", [each])} aria-current=${each === page ? "page" : null}>${t(`admin.${each}`)}</a>`)}</nav>
      <div class="admin-main"><h1>${t(`admin.${page}`)}</h1><${Page} key=${page} page=${page} name=${name} /></div>
    </div>`;
}
