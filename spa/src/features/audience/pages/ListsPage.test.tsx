import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";

import { chooseLanguage } from "../../../lib/i18n";
import { renderApp } from "../../../test/render";
import { server } from "../../../test/server";
import { signInAs } from "../../../test/sign-in";
import type { MailingList } from "../api/types";
import ListsPage from "./ListsPage";

const NEWSLETTER: MailingList = {
  id: 1,
  name: "Newsletter",
  description: "",
  tags: ["monthly"],
  subscriber_count: 3021,
  mailable_count: 3000,
  suppressed_count: 21,
  created_at: "2026-03-01T10:00:00Z",
  updated_at: "2026-03-01T10:00:00Z",
};

function serveLists(...results: MailingList[]) {
  server.use(
    http.get("/api/v1/lists/", () =>
      HttpResponse.json({ count: results.length, next: null, previous: null, results }),
    ),
  );
}

beforeEach(async () => {
  chooseLanguage("en");
  await signInAs("admin");
  serveLists(NEWSLETTER);
});

it("says what is lost before a list is deleted, and deletes only when confirmed", async () => {
  let deleted = 0;
  server.use(
    http.delete("/api/v1/lists/1/", () => {
      deleted += 1;
      serveLists();
      return new HttpResponse(null, { status: 204 });
    }),
  );
  renderApp(<ListsPage />, { route: "/manage/lists" });
  await userEvent.click(await screen.findByRole("button", { name: "Delete Newsletter" }));
  const dialog = await screen.findByRole("dialog");
  expect(dialog).toHaveTextContent("3,021 subscribers will no longer be on this list");
  expect(deleted).toBe(0);
  await userEvent.click(within(dialog).getByRole("button", { name: "Delete" }));
  expect(await screen.findByText("No mailing lists yet")).toBeVisible();
  expect(deleted).toBe(1);
});

it("counts in Russian as Russians do", async () => {
  chooseLanguage("ru");
  renderApp(<ListsPage />, { route: "/manage/lists" });
  await userEvent.click(await screen.findByRole("button", { name: "Удалить «Newsletter»" }));
  expect(await screen.findByRole("dialog")).toHaveTextContent(/3\s021 подписчик больше не будет/);
});

it("leads from a list's count to its subscribers", async () => {
  renderApp(<ListsPage />, { route: "/manage/lists" });
  const link = await screen.findByRole("link", {
    name: "Show the 3,021 subscribers of Newsletter",
  });
  expect(link).toHaveAttribute("href", "/manage/subscribers?list=1");
});
