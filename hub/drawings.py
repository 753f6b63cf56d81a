"""The drawings: icons, people's panes, rooms' fanlights and the mark, as the inside of an SVG.

Only shapes belong here; sizes and colours are CSS (`components/`), and the tags that print them are
`hub/templatetags/design.py`. Shapes carry classes or `currentColor`, so that every theme can colour them.
"""

# 24 by 24, a 2 px round stroke in the colour of the text beside it.
ICONS = {
    "phone": '<path d="M6 3h4l2 5-3 2a11 11 0 0 0 5 5l2-3 5 2v4c0 2-1 3-3 3C10 21 3 14 3 6c0-2 1-3 3-3z"/>',
    "leave": '<path d="M13 4H5v16h8M10 12h10M16 8l4 4-4 4"/>',
    "home": '<path d="M4 20V11a8 8 0 0 1 16 0v9zM9 20v-6a3 3 0 0 1 6 0v6"/>',
    "book": '<path d="M4 5c3-1 6-1 8 1 2-2 5-2 8-1v13c-3-1-6-1-8 1-2-2-5-2-8-1zM12 6v13"/>',
    "lines": '<path d="M5 6h14M5 11h14M5 16h8"/>',
    "key": '<circle cx="8" cy="16" r="4"/><path d="M11 13l9-9M16 8l3 3"/>',
    "settings": (
        '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>'
    ),
    "print": '<path d="M7 8V4h10v4M7 17H4V9h16v8h-3M7 14h10v6H7z"/>',
    "calendar": '<path d="M4 6h16v14H4zM4 10h16M8 3v4M16 3v4"/>',
    "rooms": '<path d="M2.5 19v-5a5 5 0 0 1 10 0v5zM11.5 19v-8a5 5 0 0 1 10 0v8z"/>',
    "talk": '<path d="M4 5h16v11H11l-5 4v-4H4z"/>',
    "check": '<path d="M4 13l5 5L20 6"/>',
    "shutter": '<path d="M4 4h16v16H4zM4 8h16M4 12h16M4 16h16"/>',
    "hand": (
        '<path d="M7 13V6a1.5 1.5 0 0 1 3 0v5V4.5a1.5 1.5 0 0 1 3 0V11V5.5a1.5 1.5 0 0 1 3 0V12l1'
        '-2a1.5 1.5 0 0 1 2.8 1L17 18c-1 2-2 3-5 3-4 0-5-3-5-8z"/>'
    ),
    "people": (
        '<circle cx="9" cy="8" r="3.5"/>'
        '<path d="M3 20c0-8 12-8 12 0M16 5a3.5 3.5 0 0 1 0 6.5M17.5 14c2.5.7 3.5 3 3.5 6"/>'
    ),
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7v.5"/>',
    "pause": '<path d="M8 5v14M16 5v14"/>',
    "alert": '<path d="M12 4l9 16H3zM12 10v5M12 17.5v.3"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l5 5"/>',
    "globe": '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c5 5 5 13 0 18c-5-5-5-13 0-18"/>',
    "film": '<path d="M3 6h13v12H3zM16 10l5-3v10l-5-3"/>',
    "listen": '<path d="M4 10v4h4l5 4V6L8 10zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11"/>',
    "text": '<path d="M4 5h16v11H11l-5 4v-4H4zM8 9h8M8 12h5"/>',
    "place": '<path d="M12 21c-5-6-7-9-7-11a7 7 0 0 1 14 0c0 2-2 5-7 11z"/><circle cx="12" cy="10" r="2.5"/>',
    "eye": '<path d="M2 12c5-8 15-8 20 0c-5 8-15 8-20 0z"/><circle cx="12" cy="12" r="3"/>',
    "lock": '<path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>',
    "pencil": '<path d="M5 19l1-4L16 5l3 3L9 18z"/>',
    "lantern": '<path d="M8 10a4 4 0 0 1 8 0v6H8zM7 19h10M12 3v3"/>',
    "umbrella": '<path d="M12 4v-1M3 13a9 9 0 0 1 18 0zM12 13v6a2 2 0 0 0 4 0"/>',
    "flag": '<path d="M6 21V4h12l-3 4 3 4H6"/>',
    "back": '<path d="M19 12H5M11 6l-6 6 6 6"/>',
    "forward": '<path d="M5 12h14M13 6l6 6-6 6"/>',
    "reply": '<path d="M9 6l-5 5 5 5M4 11h9c4 0 7 2 7 7"/>',
    "pin": '<path d="M9 4h6M10 4v6l-3 4h10l-3-4V4M12 14v6"/>',
    "inbox": '<path d="M4 13l3-8h10l3 8v6H4zM4 13h5l1 3h4l1-3h5"/>',
    "close": '<path d="M6 6l12 12M18 6L6 18"/>',
    "door": '<path d="M6 20V10a6 6 0 0 1 12 0v10M4 20h16M14 14v1"/>',
}

# Icons that point somewhere, and so turn round in a right-to-left page.
DIRECTIONAL = frozenset({"leave", "back", "forward", "reply"})

# 40 by 46, filled. What people choose instead of a photograph: no medical, religious, national or food shapes.
PANES = {
    "moon": '<path d="M24 14a11 11 0 1 0 8 18A10 10 0 0 1 24 14z"/>',
    "hill": '<path d="M2 40l12-16 8 9 6-7 10 14z"/><circle cx="27" cy="16" r="4"/>',
    "wave": '<path d="M4 24q8-9 16 0t16 0v5q-8 9-16 0t-16 0zM4 36q8-9 16 0t16 0v5H4z"/>',
    "leaf": '<path d="M20 10c11 8 11 20 0 30C9 30 9 18 20 10z"/>',
    "steps": '<path d="M6 42V34h9v-8h9v-8h10v24z"/>',
    "kite": '<path d="M20 9l11 14-11 17L9 23z"/>',
    "star": '<path d="M20 10l4 10 10 4-10 4-4 10-4-10-10-4 10-4z"/>',
    "sun": ('<circle cx="20" cy="25" r="8"/><path d="M18.5 9h3v6h-3zM18.5 35h3v6h-3zM4 23.5h6v3H4zM30 23.5h6v3h-6z"/>'),
    "boat": '<path d="M6 32h28l-5 8H11zM19 10v19H8zM22 14v15h9z"/>',
    "bell": '<path d="M20 10c8 0 9 8 9 14l3 8H8l3-8c0-6 1-14 9-14zM16 34h8a4 4 0 0 1-8 0z"/>',
}

# 120 by 62. `a`, `b`, `c` take the glass in its three strengths, `l` is only a bar.
FANLIGHTS = {
    "spokes": (
        '<path class="a" d="M40 60L3 60A57 57 0 0 1 13.9 26.5L43.8 48.2A20 20 0 0 0 40 60Z"/>'
        '<path class="b" d="M43.8 48.2L13.9 26.5A57 57 0 0 1 42.4 5.8L53.8 41A20 20 0 0 0 43.8 48.2Z"/>'
        '<path class="a" d="M53.8 41L42.4 5.8A57 57 0 0 1 77.6 5.8L66.2 41A20 20 0 0 0 53.8 41Z"/>'
        '<path class="b" d="M66.2 41L77.6 5.8A57 57 0 0 1 106.1 26.5L76.2 48.2A20 20 0 0 0 66.2 41Z"/>'
        '<path class="a" d="M76.2 48.2L106.1 26.5A57 57 0 0 1 117 60L80 60A20 20 0 0 0 76.2 48.2Z"/>'
        '<path class="a" d="M60 60L46 60A14 14 0 0 1 74 60Z"/>'
    ),
    "sunrise": (
        '<path class="b" d="M33 60L3 60A57 57 0 0 1 6.4 40.5L34.6 50.8A27 27 0 0 0 33 60Z"/>'
        '<path class="a" d="M34.6 50.8L6.4 40.5A57 57 0 0 1 16.3 23.4L39.3 42.6A27 27 0 0 0 34.6 50.8Z"/>'
        '<path class="b" d="M39.3 42.6L16.3 23.4A57 57 0 0 1 31.5 10.6L46.5 36.6A27 27 0 0 0 39.3 42.6Z"/>'
        '<path class="a" d="M46.5 36.6L31.5 10.6A57 57 0 0 1 50.1 3.9L55.3 33.4A27 27 0 0 0 46.5 36.6Z"/>'
        '<path class="b" d="M55.3 33.4L50.1 3.9A57 57 0 0 1 69.9 3.9L64.7 33.4A27 27 0 0 0 55.3 33.4Z"/>'
        '<path class="a" d="M64.7 33.4L69.9 3.9A57 57 0 0 1 88.5 10.6L73.5 36.6A27 27 0 0 0 64.7 33.4Z"/>'
        '<path class="b" d="M73.5 36.6L88.5 10.6A57 57 0 0 1 103.7 23.4L80.7 42.6A27 27 0 0 0 73.5 36.6Z"/>'
        '<path class="a" d="M80.7 42.6L103.7 23.4A57 57 0 0 1 113.6 40.5L85.4 50.8A27 27 0 0 0 80.7 42.6Z"/>'
        '<path class="b" d="M85.4 50.8L113.6 40.5A57 57 0 0 1 117 60L87 60A27 27 0 0 0 85.4 50.8Z"/>'
        '<path class="a" d="M60 60L33 60A27 27 0 0 1 87 60Z"/>'
    ),
    "rings": (
        '<path class="a" d="M22 60L3 60A57 57 0 0 1 10.6 31.5L27.1 41A38 38 0 0 0 22 60Z"/>'
        '<path class="b" d="M27.1 41L10.6 31.5A57 57 0 0 1 31.5 10.6L41 27.1A38 38 0 0 0 27.1 41Z"/>'
        '<path class="a" d="M41 27.1L31.5 10.6A57 57 0 0 1 60 3L60 22A38 38 0 0 0 41 27.1Z"/>'
        '<path class="b" d="M60 22L60 3A57 57 0 0 1 88.5 10.6L79 27.1A38 38 0 0 0 60 22Z"/>'
        '<path class="a" d="M79 27.1L88.5 10.6A57 57 0 0 1 109.4 31.5L92.9 41A38 38 0 0 0 79 27.1Z"/>'
        '<path class="b" d="M92.9 41L109.4 31.5A57 57 0 0 1 117 60L98 60A38 38 0 0 0 92.9 41Z"/>'
        '<path class="b" d="M40 60L22 60A38 38 0 0 1 33.1 33.1L45.9 45.9A20 20 0 0 0 40 60Z"/>'
        '<path class="a" d="M45.9 45.9L33.1 33.1A38 38 0 0 1 60 22L60 40A20 20 0 0 0 45.9 45.9Z"/>'
        '<path class="b" d="M60 40L60 22A38 38 0 0 1 86.9 33.1L74.1 45.9A20 20 0 0 0 60 40Z"/>'
        '<path class="a" d="M74.1 45.9L86.9 33.1A38 38 0 0 1 98 60L80 60A20 20 0 0 0 74.1 45.9Z"/>'
        '<path class="c" d="M60 60L40 60A20 20 0 0 1 80 60Z"/>'
    ),
    "petals": (
        '<path class="b" d="M60 60L3 60A57 57 0 0 1 117 60Z"/>'
        '<ellipse class="a" cx="60" cy="30" rx="8.5" ry="23" transform="rotate(-72 60 60)"/>'
        '<ellipse class="a" cx="60" cy="30" rx="8.5" ry="23" transform="rotate(-36 60 60)"/>'
        '<ellipse class="a" cx="60" cy="30" rx="8.5" ry="23" transform="rotate(0 60 60)"/>'
        '<ellipse class="a" cx="60" cy="30" rx="8.5" ry="23" transform="rotate(36 60 60)"/>'
        '<ellipse class="a" cx="60" cy="30" rx="8.5" ry="23" transform="rotate(72 60 60)"/>'
        '<path class="c" d="M60 60L49 60A11 11 0 0 1 71 60Z"/><path class="l" d="M60 60L3 60A57 57 0 0 1 117 60Z"/>'
    ),
    "moon": (
        '<path class="b" d="M60 60L3 60A57 57 0 0 1 117 60Z"/>'
        '<path class="a" d="M18 60L3 60A57 57 0 0 1 8.6 35.3L22.2 41.8A42 42 0 0 0 18 60Z"/>'
        '<path class="b" d="M22.2 41.8L8.6 35.3A57 57 0 0 1 24.5 15.4L33.8 27.2A42 42 0 0 0 22.2 41.8Z"/>'
        '<path class="a" d="M33.8 27.2L24.5 15.4A57 57 0 0 1 47.3 4.4L50.7 19.1A42 42 0 0 0 33.8 27.2Z"/>'
        '<path class="b" d="M50.7 19.1L47.3 4.4A57 57 0 0 1 72.7 4.4L69.3 19.1A42 42 0 0 0 50.7 19.1Z"/>'
        '<path class="a" d="M69.3 19.1L72.7 4.4A57 57 0 0 1 95.5 15.4L86.2 27.2A42 42 0 0 0 69.3 19.1Z"/>'
        '<path class="b" d="M86.2 27.2L95.5 15.4A57 57 0 0 1 111.4 35.3L97.8 41.8A42 42 0 0 0 86.2 27.2Z"/>'
        '<path class="a" d="M97.8 41.8L111.4 35.3A57 57 0 0 1 117 60L102 60A42 42 0 0 0 97.8 41.8Z"/>'
        '<path class="c" d="M60 27a17 17 0 1 0 13 25a14 14 0 0 1-13-25z"/>'
        '<path class="l" d="M60 60L3 60A57 57 0 0 1 117 60Z"/>'
    ),
    "arcade": (
        '<path class="b" d="M60 60L3 60A57 57 0 0 1 117 60Z"/><path class="a" d="M47 60V28A13 13 0 0 1 73 28V60z"/>'
        '<path class="a" d="M23 60V39A10 10 0 0 1 43 39V60z"/><path class="a" d="M77 60V39A10 10 0 0 1 97 39V60z"/>'
        '<path class="c" d="M53 60V39A7 7 0 0 1 67 39V60z"/><path class="l" d="M60 60L3 60A57 57 0 0 1 117 60Z"/>'
    ),
    "lattice": (
        '<path class="b" d="M60 60L3 60A57 57 0 0 1 117 60Z"/>'
        '<path class="a" d="M10 50L3.1 56.9A57 57 0 0 1 5 45ZM40 40L50 50L40 60L30 50ZM80 40L90 50L80 60L70 50Z'
        "M110 50L115 45A57 57 0 0 1 116.9 56.9ZM20 20L30 30L20 40L11 31A57 57 0 0 1 15.1 24.9Z"
        "M60 20L70 30L60 40L50 30ZM100 20L104.9 24.9A57 57 0 0 1 109 31L100 40L90 30Z"
        'M50 10L40 20L31 11A57 57 0 0 1 45 5ZM80 20L70 10L75 5A57 57 0 0 1 89 11Z"/>'
        '<path class="b" d="M20 40L30 50L20 60L10 50ZM60 40L70 50L60 60L50 50ZM100 40L110 50L100 60L90 50Z'
        "M40 20L50 30L40 40L30 30ZM80 20L90 30L80 40L70 30ZM20 20L19.7 19.7A57 57 0 0 1 24.9 15.1Z"
        'M70 10L60 20L50 10L56.9 3.1A57 57 0 0 1 63.1 3.1ZM100 20L95.1 15.1A57 57 0 0 1 100.3 19.7Z"/>'
        '<path class="l" d="M60 60L3 60A57 57 0 0 1 117 60Z"/>'
    ),
    "scallop": (
        '<path class="b" d="M60 60L3 60A57 57 0 0 1 117 60Z"/><circle class="a" cx="17.5" cy="48.6" r="9.5"/>'
        '<circle class="a" cx="28.9" cy="28.9" r="9.5"/><circle class="a" cx="48.6" cy="17.5" r="9.5"/>'
        '<circle class="a" cx="71.4" cy="17.5" r="9.5"/><circle class="a" cx="91.1" cy="28.9" r="9.5"/>'
        '<circle class="a" cx="102.5" cy="48.6" r="9.5"/><path class="b" d="M60 60L32 60A28 28 0 0 1 88 60Z"/>'
        '<path class="a" d="M60 60L44 60A16 16 0 0 1 76 60Z"/><path class="l" d="M60 60L3 60A57 57 0 0 1 117 60Z"/>'
    ),
}

# 64 by 33. Five lit panes over a half-round hub.
MARK = (
    '<path d="M20 31.6L1 30.9A31 31 0 0 1 6.3 14.7L22.1 25.3A12 12 0 0 0 20 31.6Z"/>'
    '<path d="M22.5 24.6L7.6 12.9A31 31 0 0 1 21.4 2.9L27.9 20.7A12 12 0 0 0 22.5 24.6Z"/>'
    '<path d="M28.7 20.5L23.5 2.2A31 31 0 0 1 40.5 2.2L35.3 20.5A12 12 0 0 0 28.7 20.5Z"/>'
    '<path d="M36.1 20.7L42.6 2.9A31 31 0 0 1 56.4 12.9L41.5 24.6A12 12 0 0 0 36.1 20.7Z"/>'
    '<path d="M41.9 25.3L57.7 14.7A31 31 0 0 1 63 30.9L44 31.6A12 12 0 0 0 41.9 25.3Z"/>'
    '<path d="M32 32L24 32A8 8 0 0 1 40 32Z"/>'
)

GLASS = ("sea", "sky", "rose", "moss", "dusk", "glow")
