import { createTheme, type MantineColorsTuple } from "@mantine/core";

// The one confident colour: the vermilion of post office signs.
const vermilion: MantineColorsTuple = [
  "#fff1ec",
  "#ffe0d6",
  "#ffbfaa",
  "#ff9b7a",
  "#fb7a51",
  "#f26438",
  "#dc4a1c",
  "#bf3d14",
  "#9c3110",
  "#7c270d",
];

// Warmer than Mantine's, to go with the paper of the light theme.
const dark: MantineColorsTuple = [
  "#f1ede8",
  "#c5beb6",
  "#aaa29a",
  "#6b645e",
  "#46413d",
  "#33302d",
  "#1f1c1b",
  "#161413",
  "#110f0e",
  "#0c0b0a",
];

export const theme = createTheme({
  primaryColor: "vermilion",
  primaryShade: 7,
  colors: { vermilion, dark },
  fontFamily: "var(--ph-font)",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  headings: { fontFamily: "var(--ph-font)", fontWeight: "620" },
  defaultRadius: "md",
  cursorType: "pointer",
  // By name: the public page, which has no dialogs, must not load them for this.
  components: {
    Modal: {
      styles: {
        title: { fontSize: 18, fontWeight: 620, lineHeight: 1.3 },
        // In the dark, the page's own colour would not stand out from the page.
        content: { background: "var(--ph-surface)" },
        header: { background: "var(--ph-surface)" },
      },
    },
  },
});
