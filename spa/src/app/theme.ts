import { createTheme, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'post',
  primaryShade: { light: 7, dark: 6 },
  colors: {
    post: [
      '#eef2ff', '#dce4fb', '#b6c5f3', '#8da4ec', '#6b88e6',
      '#5676e3', '#4a6de2', '#3557c4', '#2f4fb4', '#2343a0',
    ],
    dark: [
      '#e8ebf3', '#c3cadb', '#98a2b8', '#68738c', '#39425a',
      '#2d3549', '#1d2433', '#161b28', '#121622', '#0e121c',
    ],
  },
  fontFamily: "'IBM Plex Sans Variable', system-ui, sans-serif",
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
});

const surfaces = {
  '--mantine-color-body': 'var(--ph-page)',
  '--mantine-color-text': 'var(--ph-ink)',
  '--mantine-color-dimmed': 'var(--ph-muted)',
  '--mantine-color-error': 'var(--ph-red)',
  '--mantine-color-red-light-color': 'var(--ph-red)',
  '--mantine-color-post-light-color': 'var(--ph-blue)',
};

/** The library's colours follow the palette of global.css, which knows light and dark. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: surfaces,
  dark: surfaces,
});
