import { Button, Group, Stack } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { ReactNode } from "react";

import { ProblemText } from "../../../components/ProblemText";
import { useSubmit } from "../../../components/useSubmit";

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
  const { isBusy, problem, formProps } = useSubmit(form, onSubmit);

  return (
    <form {...formProps}>
      <Stack gap="md">{children}</Stack>
      <ProblemText text={problem} />
      <Group mt="lg">
        <Button type="submit" loading={isBusy}>
          {submitLabel}
        </Button>
      </Group>
    </form>
  );
}
