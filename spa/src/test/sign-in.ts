import { http, HttpResponse } from "msw";

import { signIn } from "../lib/session";
import { server } from "./server";

/** What the pages show and offer depends on who looks at them. */
export async function signInAs(role: "admin" | "viewer"): Promise<void> {
  server.use(
    http.post("/api/v1/auth/token/", () =>
      HttpResponse.json({ access: "token", user: { id: 1, username: role, role } }),
    ),
  );
  await signIn({ username: role, password: "secret" });
}
