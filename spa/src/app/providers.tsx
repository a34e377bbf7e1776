import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect, type ReactNode } from "react";
import { BrowserRouter } from "react-router";

import { createQueryClient } from "../lib/query-client";
import { restoreSession } from "../lib/session";

const queryClient = createQueryClient();

export function Providers({ children }: { children: ReactNode }) {
  useEffect(() => {
    void restoreSession();
  }, []);

  return (
    <QueryClientProvider client={queryClient}>
      <BrowserRouter>{children}</BrowserRouter>
    </QueryClientProvider>
  );
}
