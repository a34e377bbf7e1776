import { Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useState } from "react";

import { useTranslation } from "../../../lib/i18n";
import classes from "./CampaignForm.module.css";
import type { FieldName, FormValues } from "./form-values";
import { VariableButtons } from "./VariableButtons";

export type TemplateField = "subject" | "body_text" | "body_html";

const LABELS: Record<TemplateField, string> = {
  subject: "form.subject",
  body_text: "form.bodyText",
  body_html: "form.bodyHtml",
};

interface Props {
  form: UseFormReturnType<FormValues>;
  isEditable: (field: FieldName) => boolean;
  onTemplateFocus: (field: TemplateField) => void;
  onInsert: (variable: string) => void;
}

export function MessageFields({ form, isEditable, onTemplateFocus, onInsert }: Props) {
  const { t } = useTranslation("campaigns");
  const [into, setInto] = useState<TemplateField>("body_text");

  function template(field: TemplateField) {
    const input = form.getInputProps(field);
    return {
      ...input,
      disabled: !isEditable(field),
      onFocus: () => {
        setInto(field);
        onTemplateFocus(field);
      },
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
      <TextInput label={t("form.subject")} required withAsterisk={false} {...template("subject")} />
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
      <VariableButtons
        into={t(LABELS[into])}
        disabled={!isEditable("body_text")}
        onInsert={onInsert}
      />
      <Textarea
        label={t("form.bodyText")}
        required
        withAsterisk={false}
        rows={12}
        resize="vertical"
        {...template("body_text")}
      />
      <Textarea
        label={t("form.bodyHtml")}
        description={t("form.bodyHtmlHint")}
        rows={8}
        resize="vertical"
        spellCheck={false}
        classNames={{ input: classes.code ?? "" }}
        {...template("body_html")}
      />
    </section>
  );
}
