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

export const theme = createTheme({
  primaryColor: "vermilion",
  primaryShade: { light: 7, dark: 6 },
  colors: { vermilion },
  fontFamily: '"IBM Plex Sans Variable", system-ui, sans-serif',
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  headings: { fontFamily: '"IBM Plex Sans Variable", system-ui, sans-serif', fontWeight: "620" },
  defaultRadius: "md",
  cursorType: "pointer",
});
