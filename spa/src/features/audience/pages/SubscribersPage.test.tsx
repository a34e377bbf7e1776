import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";

import { chooseLanguage } from "../../../lib/i18n";
import { renderApp } from "../../../test/render";
import { problem, server } from "../../../test/server";
import { signInAs } from "../../../test/sign-in";
import type { Subscriber } from "../api/types";
import SubscribersPage from "./SubscribersPage";

const SUBSCRIBERS = "/api/v1/subscribers/";

const ANNA: Subscriber = {
  id: 5,
  email: "anna@example.com",
  name: "Anna",
  attributes: { city: "Riga" },
  lists: [1],
  suppressed: true,
  created_at: "2026-03-01T10:00:00Z",
  updated_at: "2026-03-01T10:00:00Z",
};

const page = (results: unknown[]) => ({
  count: results.length,
  next: null,
  previous: null,
  results,
});

beforeEach(async () => {
  chooseLanguage("en");
  await signInAs("admin");
  server.use(
    http.get("/api/v1/segments/", () =>
      HttpResponse.json({ count: 0, next: null, previous: null, results: [] }),
    ),
    http.get("/api/v1/lists/", () => HttpResponse.json(page([]))),
    http.get(SUBSCRIBERS, () => HttpResponse.json(page([ANNA]))),
  );
});

async function openNew() {
  renderApp(<SubscribersPage />, { route: "/manage/subscribers" });
  await userEvent.click(screen.getByRole("button", { name: "New subscriber" }));
  return within(await screen.findByRole("dialog"));
}

async function write(field: HTMLElement, text: string) {
  await userEvent.click(field);
  await userEvent.paste(text);
}

it("says beside the attributes that they are no JSON, and sends nothing", async () => {
  let requests = 0;
  server.use(
    http.post(SUBSCRIBERS, () => {
      requests += 1;
      return problem(500, "error");
    }),
  );
  const dialog = await openNew();
  await write(dialog.getByLabelText("Address"), "ben@example.com");
  const attributes = dialog.getByLabelText("Attributes (JSON)");
  await write(attributes, '{"city": }');
  await userEvent.click(dialog.getByRole("button", { name: "Create subscriber" }));
  expect(dialog.getByText(/This is not valid JSON/)).toBeVisible();
  expect(attributes).toBeInvalid();
  expect(attributes).toHaveFocus();
  expect(attributes).toHaveValue('{"city": }');
  expect(requests).toBe(0);
});

it("wants an object for the attributes, not any JSON", async () => {
  const dialog = await openNew();
  await write(dialog.getByLabelText("Address"), "ben@example.com");
  await write(dialog.getByLabelText("Attributes (JSON)"), "[1, 2]");
  await userEvent.click(dialog.getByRole("button", { name: "Create subscriber" }));
  expect(dialog.getByText(/Give an object in curly braces/)).toBeVisible();
});

it("creates a subscriber with the attributes as they were written", async () => {
  let body: unknown;
  server.use(
    http.post(SUBSCRIBERS, async ({ request }) => {
      body = await request.json();
      return HttpResponse.json(ANNA, { status: 201 });
    }),
  );
  const dialog = await openNew();
  await write(dialog.getByLabelText("Address"), " ben@example.com ");
  await write(dialog.getByLabelText("Attributes (JSON)"), '{"city": "Riga", "age": 30}');
  await userEvent.click(dialog.getByRole("button", { name: "Create subscriber" }));
  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  expect(body).toEqual({
    email: "ben@example.com",
    name: "",
    lists: [],
    attributes: { city: "Riga", age: 30 },
  });
});

it("shows beside the address that the API knows it already, and keeps what was written", async () => {
  server.use(
    http.post(SUBSCRIBERS, () =>
      problem(400, "invalid", { errors: [{ field: "email", code: "unique", detail: "Taken." }] }),
    ),
  );
  const dialog = await openNew();
  const address = dialog.getByLabelText("Address");
  await write(address, "anna@example.com");
  await userEvent.click(dialog.getByRole("button", { name: "Create subscriber" }));
  expect(await dialog.findByText("This one exists already.")).toBeVisible();
  expect(address).toHaveFocus();
  expect(address).toHaveValue("anna@example.com");
});

it("marks who is suppressed", async () => {
  renderApp(<SubscribersPage />, { route: "/manage/subscribers" });
  const row = await screen.findByRole("row", { name: /anna@example.com/ });
  expect(within(row).getByText("Suppressed")).toBeVisible();
});

it("offers a viewer no change", async () => {
  await signInAs("viewer");
  renderApp(<SubscribersPage />, { route: "/manage/subscribers" });
  expect(await screen.findByText("Anna")).toBeVisible();
  expect(screen.queryByRole("button", { name: /New subscriber|Edit|Delete/ })).toBeNull();
});
