import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect, type ReactNode } from "react";
import { BrowserRouter } from "react-router";

import "../lib/i18n";
import { createQueryClient } from "../lib/query-client";
import { restoreSession } from "../lib/session";
import { theme } from "./theme";

const queryClient = createQueryClient();
// public/color-scheme.js reads it before the first paint.
const colorSchemeManager = localStorageColorSchemeManager({ key: "posthorn-color-scheme" });

export function Providers({ children }: { children: ReactNode }) {
  useEffect(() => {
    void restoreSession();
  }, []);

  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={colorSchemeManager}
    >
      <QueryClientProvider client={queryClient}>
        <BrowserRouter>{children}</BrowserRouter>
      </QueryClientProvider>
    </MantineProvider>
  );
}
