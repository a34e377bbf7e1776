import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";

import { chooseLanguage } from "../lib/i18n";
import { restoreSession, signIn } from "../lib/session";
import { renderApp } from "../test/render";
import { problem, serveEvents, server } from "../test/server";
import { AppRoutes } from "./router";

const user = { id: 1, username: "admin", role: "owner", may: ["read"] };
const LOADING = { timeout: 5_000 };

beforeEach(async () => {
  localStorage.clear();
  chooseLanguage("en");
  await restoreSession();
});

describe("the routes", () => {
  it("ask for the password before anything is managed", async () => {
    renderApp(<AppRoutes />, { route: "/manage/lists" });
    expect(await screen.findByRole("heading", { name: "Sign in" }, LOADING)).toBeVisible();
    expect(document.title).toBe("Sign in · Posthorn");
  });

  it("say so where there is nothing", async () => {
    renderApp(<AppRoutes />, { route: "/nowhere" });
    expect(
      await screen.findByRole("heading", { name: "There is nothing here" }, LOADING),
    ).toBeVisible();
  });
});

describe("the session", () => {
  it("is restored from the refresh cookie where somebody was signed in", async () => {
    server.use(
      http.post("/api/v1/auth/token/", () => HttpResponse.json({ access: "a", user })),
      http.post("/api/v1/auth/token/refresh/", () => HttpResponse.json({ access: "b", user })),
    );
    await signIn({ username: "admin", password: "secret" });
    await restoreSession();
    serveEvents("/api/v1/events/");
    renderApp(<AppRoutes />, { route: "/manage/nowhere" });
    expect(
      await screen.findByRole("button", { name: "Signed in as admin" }, LOADING),
    ).toBeVisible();
  });

  it("is not asked for where nobody ever signed in", async () => {
    // An unexpected request fails the test.
    await restoreSession();
    renderApp(<AppRoutes />, { route: "/sign-in" });
    expect(await screen.findByLabelText("User name", {}, LOADING)).toBeVisible();
  });

  it("is over when the cookie is refused", async () => {
    localStorage.setItem("posthorn-signed-in", "yes");
    server.use(
      http.post("/api/v1/auth/token/refresh/", () => problem(401, "refresh_invalid")),
    );
    await restoreSession();
    expect(localStorage.getItem("posthorn-signed-in")).toBeNull();
  });
});
