"""A feed as RSS 2.0 with the tags that podcast programs read: the itunes namespace, and Simple Chapters where several
speak in a message."""

from __future__ import annotations

import re
from email.utils import formatdate
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from vmq.http.delivery_ports import FeedItem, FeedView

_ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
_ATOM = "http://www.w3.org/2005/Atom"
_CHAPTERS = "http://podlove.org/simple-chapters"
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

register_namespace("itunes", _ITUNES)
register_namespace("atom", _ATOM)
register_namespace("psc", _CHAPTERS)


def feed_xml(feed: FeedView, address: str) -> bytes:
    """The document; `address` is what its files lie below. The same feed gives the same bytes."""
    rss = Element("rss", version="2.0")
    channel = SubElement(rss, "channel")
    _text(channel, "title", f"Messages to {feed.name}" if feed.is_list else f"Voicemail of {feed.name}")
    _text(channel, "link", address)
    _text(channel, "description", f"Voice messages for {feed.name}, newest first")
    SubElement(channel, f"{{{_ATOM}}}link", href=f"{address}/feed.xml", rel="self", type="application/rss+xml")
    _text(channel, f"{{{_ITUNES}}}block", "Yes")
    _text(channel, f"{{{_ITUNES}}}explicit", "false")
    if feed.items:
        _text(channel, "lastBuildDate", formatdate(feed.items[0].at, usegmt=True))
    for item in feed.items:
        _add_item(channel, item, address)
    document: bytes = tostring(rss, encoding="utf-8", xml_declaration=True)
    return document


def _add_item(channel: Element, item: FeedItem, address: str) -> None:
    entry = SubElement(channel, "item")
    _text(entry, "title", f"Urgent: {item.caller}" if item.is_urgent else item.caller)
    _text(entry, "guid", item.id).set("isPermaLink", "false")
    _text(entry, "pubDate", formatdate(item.at, usegmt=True))
    _text(entry, f"{{{_ITUNES}}}duration", str(round(item.duration_s)))
    if item.text:
        _text(entry, "description", item.text)
    if item.chapters:
        chapters = SubElement(entry, f"{{{_CHAPTERS}}}chapters", version="1.2")
        for chapter in item.chapters:
            speaker = _NOT_XML.sub("\ufffd", chapter.speaker)
            SubElement(chapters, f"{{{_CHAPTERS}}}chapter", start=_normal_time(chapter.start_s), title=speaker)
    SubElement(entry, "enclosure", url=f"{address}/{item.id}.wav", length=str(item.size), type="audio/wav")


def _normal_time(seconds: float) -> str:
    """Normal Play Time (RFC 2326, 3.6), as Simple Chapters want it: 0:01:02.500."""
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def _text(parent: Element, tag: str, text: str) -> Element:
    """An element with a text, without the characters that XML can't hold."""
    element = SubElement(parent, tag)
    element.text = _NOT_XML.sub("\ufffd", text)
    return element
