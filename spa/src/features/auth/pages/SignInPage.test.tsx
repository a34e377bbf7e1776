import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { Route, Routes, useLocation } from "react-router";
import { beforeEach, describe, expect, it } from "vitest";

import { chooseLanguage } from "../../../lib/i18n";
import { signOut } from "../../../lib/session";
import { renderApp } from "../../../test/render";
import { problem, server } from "../../../test/server";
import SignInPage from "./SignInPage";

const TOKEN = "/api/v1/auth/token/";

function Manage() {
  return <p>Managing at {useLocation().pathname}</p>;
}

function renderSignIn(from?: string) {
  const route = { pathname: "/sign-in", state: from ? { from } : null };
  renderApp(
    <Routes>
      <Route path="/sign-in" element={<SignInPage />} />
      <Route path="/manage/*" element={<Manage />} />
    </Routes>,
    { route },
  );
}

async function submit(password: string) {
  await userEvent.type(screen.getByLabelText("User name"), "admin");
  await userEvent.type(screen.getByLabelText("Password"), password);
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
}

beforeEach(async () => {
  chooseLanguage("en");
  server.use(http.post("/api/v1/auth/logout/", () => new HttpResponse(null, { status: 204 })));
  await signOut();
});

describe("signing in", () => {
  it("leads back to where one wanted to go", async () => {
    server.use(
      http.post(TOKEN, () =>
        HttpResponse.json({ access: "a", user: { id: 1, username: "admin", role: "owner", may: ["read"] } }),
      ),
    );
    renderSignIn("/manage/lists");
    await submit("secret");
    expect(await screen.findByText("Managing at /manage/lists")).toBeVisible();
  });

  it("leads nowhere but into the management pages", async () => {
    server.use(
      http.post(TOKEN, () =>
        HttpResponse.json({ access: "a", user: { id: 1, username: "admin", role: "owner", may: ["read"] } }),
      ),
    );
    renderSignIn("//evil.example");
    await submit("secret");
    expect(await screen.findByText("Managing at /manage")).toBeVisible();
  });

  it("says that the name or the password is wrong, and keeps what was typed", async () => {
    server.use(http.post(TOKEN, () => problem(401, "no_active_account")));
    renderSignIn();
    await submit("wrong");
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "The user name or the password is wrong.",
    );
    expect(screen.getByLabelText("User name")).toHaveValue("admin");
  });

  it("shows a field's problem at the field", async () => {
    server.use(
      http.post(TOKEN, () =>
        problem(400, "invalid", { errors: [{ field: "password", code: "blank", detail: "" }] }),
      ),
    );
    renderSignIn();
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
    expect(await screen.findByText("This may not be empty.")).toBeVisible();
    expect(screen.getByLabelText("Password")).toBeInvalid();
    expect(screen.getByLabelText("Password")).toHaveAccessibleDescription("This may not be empty.");
  });

  it("says that the server can't be reached", async () => {
    server.use(http.post(TOKEN, () => HttpResponse.error()));
    renderSignIn();
    await submit("secret");
    expect(await screen.findByRole("alert")).toHaveTextContent("can't be reached");
  });
});

it("asks for the code of those who have a second factor, and for nothing again", async () => {
  const asked: unknown[] = [];
  server.use(
    http.post("/api/v1/auth/token/", async ({ request }) => {
      asked.push(await request.json());
      const code = asked.length === 1 ? "second_factor_required" : "second_factor_wrong";
      return HttpResponse.json({ status: 401, code, detail: "…" }, { status: 401 });
    }),
  );
  renderApp(<SignInPage />);
  await userEvent.type(screen.getByLabelText("User name"), "ada");
  await userEvent.type(screen.getByLabelText("Password"), "secret");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  const code = await screen.findByLabelText("Code");
  expect(code).toHaveFocus();
  expect(screen.queryByRole("alert")).toBeNull();
  await userEvent.type(code, "123456");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("The code is wrong");
  expect(asked[1]).toEqual({ username: "ada", password: "secret", code: "123456" });
});
