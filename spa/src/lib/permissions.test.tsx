import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, it } from "vitest";

import { renderApp } from "../test/render";
import { server } from "../test/server";
import { signInAs } from "../test/sign-in";
import { useMay } from "./permissions";
import { signOut } from "./session";

function Answer() {
  return <p>{useMay("campaigns.start") ? "may" : "may not"}</p>;
}

it("grants an owner everything and an author no start", async () => {
  await signInAs("admin");
  const { unmount } = renderApp(<Answer />);
  expect(screen.getByText("may")).toBeVisible();
  unmount();
  await signInAs("author");
  renderApp(<Answer />);
  expect(screen.getByText("may not")).toBeVisible();
});

it("grants nothing to nobody", async () => {
  await signInAs("admin");
  server.use(http.post("/api/v1/auth/logout/", () => new HttpResponse(null, { status: 204 })));
  await signOut();
  renderApp(<Answer />);
  expect(screen.getByText("may not")).toBeVisible();
});
