import { Button, Group, Stack } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { ReactNode } from "react";

import { useTranslation } from "../lib/i18n";
import { ProblemText } from "./ProblemText";
import { useSubmit } from "./useSubmit";

interface Props<Values extends object> {
  form: UseFormReturnType<Values>;
  submitLabel: string;
  /** Saves; what it throws is shown beside its field or over the buttons, and nothing is lost. */
  onSubmit: (values: Values) => Promise<unknown>;
  onClose: () => void;
  /** How a problem that belongs to no field is said. */
  describe?: (error: Error) => string;
  /** What the button says can't be done now. */
  hideSubmit?: boolean;
  children: ReactNode;
}

/** The fields of a dialog, with what went wrong and the buttons under them. Closes when saved. */
export function DialogForm<Values extends object>(props: Props<Values>) {
  const { form, onSubmit, onClose, describe } = props;
  const { t } = useTranslation();

  async function save(values: Values) {
    await onSubmit(values);
    onClose();
  }

  const { isBusy, problem, formProps } = useSubmit(form, save, describe);

  return (
    <form {...formProps}>
      <Stack gap="md">{props.children}</Stack>
      <ProblemText text={problem} />
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t("action.cancel")}
        </Button>
        {!props.hideSubmit && (
          <Button type="submit" loading={isBusy}>
            {props.submitLabel}
          </Button>
        )}
      </Group>
    </form>
  );
}
