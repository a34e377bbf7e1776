import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { Route, Routes } from "react-router";
import { beforeEach, describe, expect, it } from "vitest";

import { chooseLanguage } from "../../../lib/i18n";
import { renderApp } from "../../../test/render";
import { problem, server } from "../../../test/server";
import UnsubscribePage from "./UnsubscribePage";

const LINK = "/api/v1/public/unsubscribe/77.sign/";
const answer = { email: "a***@example.org", campaign: "December", unsubscribed: false };

function renderLink() {
  renderApp(
    <Routes>
      <Route path="/unsubscribe/:token" element={<UnsubscribePage />} />
    </Routes>,
    { route: "/unsubscribe/77.sign" },
  );
}

beforeEach(() => chooseLanguage("en"));

describe("the page to unsubscribe", () => {
  it("changes nothing before it is confirmed, then says that it is done", async () => {
    let posts = 0;
    server.use(
      http.get(LINK, () => HttpResponse.json(answer)),
      http.post(LINK, () => {
        posts += 1;
        return HttpResponse.json({ ...answer, unsubscribed: true });
      }),
    );
    renderLink();
    expect(await screen.findByText(/a\*\*\*@example\.org/)).toBeVisible();
    expect(posts).toBe(0);
    await userEvent.click(screen.getByRole("button", { name: "Unsubscribe" }));
    expect(await screen.findByRole("heading", { name: "You are unsubscribed" })).toHaveFocus();
    expect(posts).toBe(1);
  });

  it("explains a link that does not work", async () => {
    server.use(http.get(LINK, () => problem(404, "not_found")));
    renderLink();
    expect(await screen.findByRole("heading", { name: "This link does not work" })).toBeVisible();
    expect(screen.queryByRole("button")).not.toBeInTheDocument();
  });

  it("keeps the button when unsubscribing failed", async () => {
    server.use(
      http.get(LINK, () => HttpResponse.json(answer)),
      http.post(LINK, () => problem(503, "unavailable")),
    );
    renderLink();
    await userEvent.click(await screen.findByRole("button", { name: "Unsubscribe" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("busy");
    expect(screen.getByRole("button", { name: "Unsubscribe" })).toBeEnabled();
  });
});
