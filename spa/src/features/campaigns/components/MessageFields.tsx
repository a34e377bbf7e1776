import { TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";

import { useTranslation } from "../../../lib/i18n";
import classes from "./CampaignForm.module.css";
import { BodyField } from "./editor/BodyField";
import { insertInto, useInsertTarget } from "./editor/insert-target";
import type { FieldName, FormValues } from "./form-values";

interface Props {
  form: UseFormReturnType<FormValues>;
  isEditable: (field: FieldName) => boolean;
  /** What the API says of the body, by place. */
  problems: Readonly<Record<string, string>>;
}

export function MessageFields({ form, isEditable, problems }: Props) {
  const { t } = useTranslation("campaigns");
  const target = useInsertTarget();

  function template(field: "subject" | "preheader", label: string) {
    return {
      ...form.getInputProps(field),
      label,
      disabled: !isEditable(field),
      onFocus: ({ currentTarget: input }: { currentTarget: HTMLInputElement }) =>
        target.set({ label, insert: (text) => insertInto(input, text) }),
    };
  }

  return (
    <section aria-label={t("form.sectionMessage")} className={classes.section}>
      <TextInput
        label={t("form.name")}
        description={t("form.nameHint")}
        required
        withAsterisk={false}
        disabled={!isEditable("name")}
        {...form.getInputProps("name")}
      />
      <TextInput required withAsterisk={false} {...template("subject", t("form.subject"))} />
      <TextInput
        description={t("editor.preheaderHint")}
        {...template("preheader", t("editor.preheader"))}
      />
      <div className={classes.pair}>
        <TextInput
          label={t("form.fromName")}
          disabled={!isEditable("from_name")}
          {...form.getInputProps("from_name")}
        />
        <TextInput
          label={t("form.fromEmail")}
          type="email"
          required
          withAsterisk={false}
          disabled={!isEditable("from_email")}
          {...form.getInputProps("from_email")}
        />
      </div>
      <BodyField form={form} isEditable={isEditable} problems={problems} />
    </section>
  );
}
