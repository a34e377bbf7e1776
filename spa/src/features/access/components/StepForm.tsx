import { Button, Group, Stack } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useState, type ReactNode } from "react";

import { ProblemText } from "../../../components/ProblemText";
import { useFormProblems } from "../../../components/useFormProblems";
import { problemText } from "../../../lib/i18n";

interface Props<Values extends object> {
  form: UseFormReturnType<Values>;
  submitLabel: string;
  /** What it throws is shown beside its field or over the button. */
  onSubmit: (values: Values) => Promise<void>;
  children: ReactNode;
}

/** A few fields and one button; what comes after it, `onSubmit` decides. */
export function StepForm<Values extends object>(props: Props<Values>) {
  const { form, submitLabel, onSubmit, children } = props;
  const problems = useFormProblems(form, problemText);
  const [isBusy, setBusy] = useState(false);

  async function submit(values: Values) {
    problems.clear();
    setBusy(true);
    try {
      await onSubmit(values);
    } catch (error) {
      problems.show(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      noValidate
      aria-busy={isBusy}
      onSubmit={form.onSubmit((values) => void submit(values), problems.focusFirst)}
    >
      <Stack gap="md">{children}</Stack>
      <ProblemText text={problems.problem} />
      <Group mt="lg">
        <Button type="submit" loading={isBusy}>
          {submitLabel}
        </Button>
      </Group>
    </form>
  );
}
