"""What everything draws with: colours, fonts, icons, pixmaps, scales, painted ground."""
