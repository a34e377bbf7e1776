import { TextInput } from "@mantine/core";
import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";

import { api, unwrap } from "../../../lib/api-client";
import { chooseLanguage } from "../../../lib/i18n";
import { signIn, useSession } from "../../../lib/session";
import { renderApp } from "../../../test/render";
import { problem, server } from "../../../test/server";
import { ExpiredDialog } from "./ExpiredDialog";

function Page() {
  const { status, user } = useSession();
  return (
    <>
      <TextInput label="Subject" />
      <ExpiredDialog opened={status === "expired"} username={user?.username ?? ""} />
    </>
  );
}

beforeEach(() => chooseLanguage("en"));

it("asks for the password above the page, and what is half-written survives", async () => {
  const user = { id: 1, username: "admin", role: "owner", may: ["read"] };
  server.use(
    http.post("/api/v1/auth/token/", () => HttpResponse.json({ access: "a", user })),
    http.post("/api/v1/auth/token/refresh/", () => problem(401, "refresh_invalid")),
    http.get("/api/v1/transports/", () => problem(401, "token_not_valid")),
  );
  await signIn({ username: "admin", password: "secret" });
  renderApp(<Page />);
  await userEvent.type(screen.getByLabelText("Subject"), "Half a sub");

  await unwrap(api.GET("/api/v1/transports/")).catch(() => {});
  expect(await screen.findByText("Your session is over")).toBeVisible();
  expect(screen.getByLabelText("User name")).toHaveValue("admin");
  await userEvent.type(screen.getByLabelText("Password"), "secret");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));

  await waitFor(() => expect(screen.queryByText("Your session is over")).not.toBeInTheDocument());
  expect(screen.getByLabelText("Subject")).toHaveValue("Half a sub");
});
