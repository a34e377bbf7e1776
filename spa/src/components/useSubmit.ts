import type { UseFormReturnType } from "@mantine/form";
import { useState } from "react";

import { problemText } from "../lib/i18n";
import { useFormProblems } from "./useFormProblems";

/** Saves a form by its button: whether it is at it, what went wrong, and what `<form>` needs. */
export function useSubmit<Values extends object>(
  form: UseFormReturnType<Values>,
  save: (values: Values) => Promise<unknown>,
  describe: (error: Error) => string = problemText,
) {
  const problems = useFormProblems(form, describe);
  const [isBusy, setBusy] = useState(false);

  async function submit(values: Values) {
    problems.clear();
    setBusy(true);
    try {
      await save(values);
    } catch (error) {
      problems.show(error);
    } finally {
      setBusy(false);
    }
  }

  return {
    isBusy,
    problem: problems.problem,
    formProps: {
      noValidate: true,
      "aria-busy": isBusy,
      onSubmit: form.onSubmit((values) => void submit(values), problems.focusFirst),
    },
  };
}
