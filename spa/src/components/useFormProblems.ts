import type { FormErrors, UseFormReturnType } from "@mantine/form";
import { useState } from "react";
import { flushSync } from "react-dom";

import { ApiProblem } from "../lib/api-client";
import { fieldErrors, problemText } from "../lib/i18n";

/**
 * Puts what the API refused beside the fields, with the focus in the first of them, and keeps what
 * belongs to none of them as `problem`.
 */
export function useFormProblems<Values extends object>(
  form: UseFormReturnType<Values>,
  describe: (error: Error) => string = problemText,
) {
  const [problem, setProblem] = useState<string>();

  function focusFirst(errors: FormErrors) {
    const first = Object.keys(form.values).find((field) => field in errors);
    if (first) form.getInputNode(first)?.focus();
  }

  function show(error: unknown) {
    if (!(error instanceof ApiProblem) || error.errors.length === 0) {
      setProblem(describe(error instanceof Error ? error : new Error(String(error))));
      return;
    }
    const ofFields: Record<string, string> = {};
    const others: string[] = [];
    for (const [path, text] of Object.entries(fieldErrors(error))) {
      // `lists.0` belongs to the field `lists`, `attributes.city` to `attributes`.
      const field = path.split(".")[0] ?? path;
      // What the form has no field for must be seen too.
      if (field in form.values) ofFields[field] ??= text;
      else others.push(text);
    }
    setProblem(others.length === 0 ? undefined : others.join(" "));
    // The texts come in with the errors; the focus goes to the field when both are there.
    flushSync(() => form.setErrors(ofFields));
    focusFirst(ofFields);
  }

  return { problem, show, focusFirst, clear: () => setProblem(undefined) };
}
