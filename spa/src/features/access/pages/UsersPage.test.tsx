import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it, vi } from "vitest";

import { renderApp } from "../../../test/render";
import { server } from "../../../test/server";
import { signInAs } from "../../../test/sign-in";
import ApiKeysPage from "./ApiKeysPage";
import UsersPage from "./UsersPage";

const ADA = {
  id: 7,
  username: "ada",
  email: "ada@example.org",
  first_name: "",
  last_name: "",
  role: "author",
  is_active: true,
  invited: true,
  second_factor: false,
  created_at: "2026-11-23T12:00:00Z",
};

function page(results: object[]) {
  return HttpResponse.json({ count: results.length, next: null, previous: null, results });
}

beforeEach(() => signInAs("admin"));

it("shows the link of an invitation where no mail server sends it", async () => {
  server.use(
    http.get("/api/v1/users/", () => page([ADA])),
    http.post("/api/v1/users/7/invitation/", () =>
      HttpResponse.json({ mailed: false, link: "http://posthorn.example/choose-password/x.y" }),
    ),
  );
  renderApp(<UsersPage />);
  await userEvent.click(await screen.findByRole("button", { name: "Invite ada again" }));
  const dialog = await screen.findByRole("dialog", { name: "Invitation for ada" });
  expect(within(dialog).getByText(/choose-password\/x\.y/)).toBeVisible();
});

it("says why the last owner can't be demoted, and keeps the choice", async () => {
  server.use(
    http.get("/api/v1/users/", () => page([{ ...ADA, role: "owner", invited: false }])),
    http.patch("/api/v1/users/7/", () =>
      HttpResponse.json({ status: 409, code: "last_owner", detail: "…" }, { status: 409 }),
    ),
  );
  renderApp(<UsersPage />);
  await userEvent.click(await screen.findByRole("button", { name: "Edit ada" }));
  const dialog = await screen.findByRole("dialog", { name: "Edit “ada”" });
  await userEvent.selectOptions(within(dialog).getByLabelText("Role"), "viewer");
  await userEvent.click(within(dialog).getByRole("button", { name: "Save changes" }));
  expect(await within(dialog).findByRole("alert")).toHaveTextContent("This is the last owner.");
  expect(within(dialog).getByLabelText("Role")).toHaveValue("viewer");
});

it("shows the secret of a new key once", async () => {
  const asked = vi.fn();
  server.use(
    http.get("/api/v1/api-keys/", () => page([])),
    http.post("/api/v1/api-keys/", async ({ request }) => {
      asked(await request.json());
      return HttpResponse.json({ id: 1, name: "CI", key: "phk_secret" }, { status: 201 });
    }),
  );
  renderApp(<ApiKeysPage />);
  const [button] = await screen.findAllByRole("button", { name: "New key" });
  await userEvent.click(button!);
  const form = await screen.findByRole("dialog", { name: "New API key" });
  await userEvent.type(within(form).getByLabelText("Name"), "CI");
  await userEvent.click(within(form).getByLabelText("Start and stop campaigns"));
  await userEvent.click(within(form).getByRole("button", { name: "Make the key" }));
  const shown = await screen.findByRole("dialog", { name: "The key “CI”" });
  expect(within(shown).getByText("phk_secret")).toBeVisible();
  expect(asked).toHaveBeenCalledWith({ name: "CI", scopes: ["read", "start"], expires_at: null });
});
