import { createTheme } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'post',
  primaryShade: { light: 7, dark: 6 },
  colors: {
    post: [
      '#eef2ff', '#dce4fb', '#b6c5f3', '#8da4ec', '#6b88e6',
      '#5676e3', '#4a6de2', '#3557c4', '#2f4fb4', '#2343a0',
    ],
  },
  fontFamily: "'IBM Plex Sans Variable', system-ui, sans-serif",
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
});
