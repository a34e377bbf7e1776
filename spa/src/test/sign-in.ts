import { http, HttpResponse } from "msw";

import { signIn, type User } from "../lib/session";
import { server } from "./server";

const MAY: Record<"admin" | "author" | "viewer", User["may"]> = {
  admin: ["read", "account.own", "campaigns.write", "campaigns.start", "audience.write"],
  author: ["read", "account.own", "campaigns.write"],
  viewer: ["read", "account.own"],
};

/** What the pages show and offer depends on who looks at them. An admin is an owner. */
export async function signInAs(name: keyof typeof MAY): Promise<void> {
  const user: User = {
    id: 1,
    username: name,
    email: "",
    first_name: "",
    last_name: "",
    role: name === "admin" ? "owner" : name,
    may: MAY[name],
    second_factor: false,
  };
  server.use(http.post("/api/v1/auth/token/", () => HttpResponse.json({ access: "token", user })));
  await signIn({ username: name, password: "secret" });
}
