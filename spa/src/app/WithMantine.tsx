import "@mantine/core/styles.layer.css";

import { MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";

import { useColorScheme } from "../lib/color-scheme";
import { theme } from "./theme";

/** The component library, for the pages that are not public; the public ones must not load it. */
export function WithMantine({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} forceColorScheme={useColorScheme()}>
      {children}
    </MantineProvider>
  );
}
