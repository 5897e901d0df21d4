"""WebDAV's XML (RFC 4918): what is asked for, and what an answer tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from lxml import etree

D, C, CS = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}", "{http://calendarserver.org/ns/}"
OC = "{http://owncloud.org/ns}"
SPACES = {"d": D[1:-1], "c": C[1:-1], "cs": CS[1:-1], "oc": OC[1:-1]}


def element(tag: str, *inner: Any, **attributes: str) -> Any:
    """An element; texts among ``inner`` become its text."""
    made = etree.Element(tag, attributes, nsmap=SPACES)
    for one in inner:
        if isinstance(one, str):
            made.text = one
        else:
            made.append(one)
    return made


def written(root: Any) -> bytes:
    """The document as it is sent."""
    etree.cleanup_namespaces(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def asking_for(names: Iterable[str]) -> bytes:
    """The body of a PROPFIND for these properties."""
    return written(element(f"{D}propfind", element(f"{D}prop", *(element(name) for name in names))))


def multistatus(content: bytes) -> Any:
    """The root of a 207's body; ``None`` where it is something else, such as a page of HTML, or was cut off."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root if root.tag == f"{D}multistatus" else None


def prop(item: Any, name: str) -> Any:
    """The property of that name which a response has; ``None`` where it has none."""
    for part in item.findall(f"{D}propstat"):
        if " 200" in (part.findtext(f"{D}status") or " 200"):
            found = part.find(f"{D}prop/{name}")
            if found is not None:
                return found
    return None


def text(item: Any, name: str) -> str | None:
    """The text of that property, or ``None``."""
    found = prop(item, name)
    return None if found is None else (found.text or "").strip() or None


def hrefs_in(found: Any) -> Iterator[str]:
    """The hrefs inside a property."""
    for one in () if found is None else found.iter(f"{D}href"):
        if (one.text or "").strip():
            yield one.text.strip()


def status(item: Any) -> int:
    """The status of a response as a whole (RFC 4918 §14.24); 0 where it has none."""
    words = (item.findtext(f"{D}status") or "").split()
    return int(words[1]) if len(words) > 1 and words[1].isdecimal() else 0


def path_of(href: str) -> str:
    """An href as its path alone, each character quoted in one way: servers do not agree on either.

    Raises ``ValueError`` where it is no address.
    """
    return quote(unquote(urlsplit(href.strip()).path), safe="/@:+,;=~!$&'()*")
