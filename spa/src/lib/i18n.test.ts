import { afterEach, describe, expect, it } from "vitest";

import { ApiProblem } from "./api-client";
import { chooseLanguage, fieldErrors, problemText } from "./i18n";

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
