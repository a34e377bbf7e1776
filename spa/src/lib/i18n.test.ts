import { act, render, renderHook } from "@testing-library/react";
import { createElement } from "react";
import { afterEach, describe, expect, it } from "vitest";

import { ApiProblem } from "./api-client";
import { addNamespace, chooseLanguage, fieldErrors, problemText, useTranslation } from "./i18n";

afterEach(() => chooseLanguage("en"));

describe("problems", () => {
  it("are told by their code, in the reader's language", async () => {
    const problem = new ApiProblem(409, { code: "running", detail: "Stop it first, please." });
    chooseLanguage("en");
    expect(problemText(problem)).toBe("The campaign is running. Stop it first.");
    chooseLanguage("ru");
    expect(problemText(problem)).toBe("Рассылка идёт. Сначала остановите её.");
  });

  it("are told as the API tells them when their code is new", () => {
    expect(problemText(new ApiProblem(418, { code: "teapot", detail: "I am one." }))).toBe(
      "I am one.",
    );
  });

  it("are told without a word of the program when it broke", () => {
    expect(problemText(new TypeError("x is undefined"))).toBe(
      "Something went wrong. Please try again.",
    );
  });

  it("of fields keep what only the API knows", async () => {
    chooseLanguage("ru");
    const errors = [{ field: "subject", code: "unknown_variable", detail: "{{ nmae }}" }];
    expect(fieldErrors(new ApiProblem(400, { code: "invalid", errors }))).toEqual({
      subject: "Такой переменной нет. {{ nmae }}",
    });
  });
});

function Shown({ count }: { count: number }) {
  const { t } = useTranslation("i18n-test");
  return t("letters", { count, name: "Ada" });
}

describe("texts", () => {
  it("count as the language counts, and fill their places", () => {
    addNamespace("i18n-test", {
      en: { letters_one: "{{count}} letter for {{name}}", letters_other: "{{count}} letters for {{name}}" },
      ru: {
        letters_one: "{{count}} письмо для {{name}}",
        letters_few: "{{count}} письма для {{name}}",
        letters_many: "{{count}} писем для {{name}}",
        letters_other: "{{count}} письма для {{name}}",
      },
    });
    const { container, rerender } = render(createElement(Shown, { count: 1 }));
    expect(container).toHaveTextContent("1 letter for Ada");
    act(() => chooseLanguage("ru"));
    expect(container).toHaveTextContent("1 письмо для Ada");
    rerender(createElement(Shown, { count: 22 }));
    expect(container).toHaveTextContent("22 письма для Ada");
    rerender(createElement(Shown, { count: 11 }));
    expect(container).toHaveTextContent("11 писем для Ada");
  });

  it("that nobody wrote show their key rather than nothing", () => {
    const { result } = renderHook(() => useTranslation("i18n-test"));
    expect(result.current.t("nowhere.to.be.found")).toBe("nowhere.to.be.found");
  });

  it("leave a place empty that got no value, and never read more than a text into one", () => {
    addNamespace("i18n-test-2", { en: { a: "[{{x}}]" }, ru: { a: "[{{x}}]" } });
    const { result } = renderHook(() => useTranslation("i18n-test-2"));
    expect(result.current.t("a", { x: null })).toBe("[]");
    expect(result.current.t("a", { x: "{{x}} $1 $&" })).toBe("[{{x}} $1 $&]");
  });
});
