import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";

import { chooseLanguage } from "../../../lib/i18n";
import { renderApp } from "../../../test/render";
import { server } from "../../../test/server";
import { signInAs } from "../../../test/sign-in";
import type { Suppression } from "../api/types";
import SuppressionsPage from "./SuppressionsPage";

const SUPPRESSIONS = "/api/v1/suppressions/";

const ANNA: Suppression = {
  id: 9,
  email: "anna@example.com",
  domain: null,
  origin: "unsubscribe",
  reason: "unsubscribed",
  note: "",
  created_at: "2026-03-01T10:00:00Z",
};

beforeEach(async () => {
  chooseLanguage("en");
  await signInAs("admin");
  server.use(
    http.get(SUPPRESSIONS, () =>
      HttpResponse.json({ count: 1, next: null, previous: null, results: [ANNA] }),
    ),
  );
});

it("suppresses an address with a reason and a note", async () => {
  let body: unknown;
  server.use(
    http.post(SUPPRESSIONS, async ({ request }) => {
      body = await request.json();
      return HttpResponse.json(ANNA, { status: 201 });
    }),
  );
  renderApp(<SuppressionsPage />, { route: "/manage/suppressions" });
  await userEvent.click(screen.getByRole("button", { name: "Suppress an address" }));
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.type(dialog.getByLabelText("Address"), "ben@example.com");
  await userEvent.selectOptions(dialog.getByLabelText("Reason"), "Complained");
  await userEvent.type(dialog.getByLabelText("Note"), "By phone");
  await userEvent.click(dialog.getByRole("button", { name: "Suppress" }));
  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  expect(body).toEqual({ email: "ben@example.com", reason: "complained", note: "By phone" });
});

it("reminds, before it mails somebody again, that they unsubscribed themselves", async () => {
  let removed = 0;
  server.use(
    http.delete(`${SUPPRESSIONS}9/`, () => {
      removed += 1;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  renderApp(<SuppressionsPage />, { route: "/manage/suppressions" });
  await userEvent.click(
    await screen.findByRole("button", { name: "Remove the suppression of anna@example.com" }),
  );
  const dialog = await screen.findByRole("dialog");
  expect(dialog).toHaveTextContent("Mail them again only if they asked for it.");
  expect(removed).toBe(0);
  await userEvent.click(within(dialog).getByRole("button", { name: "Remove suppression" }));
  await expect.poll(() => removed).toBe(1);
});
