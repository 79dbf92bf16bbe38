"""A chart of bars as SVG."""

from __future__ import annotations

from html import escape

COLOURS = {"totem": "#0f766e", "hugo": "#be185d", "hugo-whole": "#9d174d", "eleventy": "#4338ca", "pelican": "#a16207"}
_WIDTH, _ROW, _LEFT, _ROOM = 720, 22, 150, 90


def chart(groups: list[tuple[str, dict[str, float]]]) -> str:
    """For each group its bars: seconds of a cold build, each group on a scale of its own."""
    lines: list[str] = []
    top = 10
    for title, bars in groups:
        lines.append(f'<text x="0" y="{top + 14}" font-weight="bold">{escape(title)} episodes, cold, seconds</text>')
        top += _ROW
        most = max(bars.values())
        for name, value in bars.items():
            width = value / most * (_WIDTH - _LEFT - _ROOM)
            lines.append(f'<text x="{_LEFT - 8}" y="{top + 14}" text-anchor="end">{escape(name)}</text>')
            colour = COLOURS.get(name, "#444")
            size = f'width="{width:.1f}" height="{_ROW - 6}"'
            lines.append(f'<rect x="{_LEFT}" y="{top + 2}" {size} fill="{colour}"/>')
            lines.append(f'<text x="{_LEFT + width + 6:.1f}" y="{top + 14}">{value:.2f}</text>')
            top += _ROW
        top += 12
    body = "\n".join(lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top}" '
        'font-family="sans-serif" font-size="13">\n'
        f'<rect width="{_WIDTH}" height="{top}" fill="#fff"/>\n{body}\n</svg>\n'
    )
