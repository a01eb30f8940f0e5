"""Make a picture of the decision page a separate SVG file, with its colours and its namespace."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[1] / "templates" / "page.css"
COLOURS = re.compile(r":root \{(.*?)\}", re.DOTALL)


def alone(svg: str) -> str:
    """*svg* with colours and a white background, for other programs."""
    colours = COLOURS.search(PAGE.read_text(encoding="utf-8"))
    style = f"svg {{{colours[1] if colours else ''} background: #fff; }} text {{ font: 11px sans-serif; paint-order: stroke; }} .hint {{ fill: none; }}"
    if not svg.startswith("<svg"):
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 40"><text y="20">{re.sub("<[^>]*>", "", svg)}</text></svg>'
    head, _, rest = svg.partition(">")
    return f'{head} xmlns="http://www.w3.org/2000/svg">{"<style>"}{style}</style>{rest}'
