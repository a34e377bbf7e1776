import "@fontsource-variable/ibm-plex-sans/wght.css";
import "./app/global.css";
import "./app/first-paint.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { Providers } from "./app/providers";
import { AppRoutes } from "./app/router";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

createRoot(root).render(
  <StrictMode>
    <Providers>
      <AppRoutes />
    </Providers>
  </StrictMode>,
);
