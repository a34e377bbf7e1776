import { Alert, Button, Group } from "@mantine/core";
import { useForm, type FormErrors } from "@mantine/form";
import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { ApiProblem } from "../../../lib/api-client";
import { fieldErrors, problemText } from "../../../lib/i18n";
import type { Campaign, CampaignWrite } from "../api/types";
import { AudienceFields } from "./AudienceFields";
import classes from "./CampaignForm.module.css";
import { FIELDS, isEditable, lockedTextKey } from "./editable-fields";
import { changesOf, valuesOf, writeOf, type FormValues } from "./form-values";
import { MessageFields, type TemplateField } from "./MessageFields";
import { PreviewPanel } from "./PreviewPanel";
import { ProblemSummary } from "./ProblemSummary";
import { UnsavedDialog } from "./UnsavedDialog";
import { useFormValidation } from "./useFormValidation";

interface Written {
  all: CampaignWrite;
  /** Only what was changed here, so that what somebody else changed meanwhile stays. */
  changes: Partial<CampaignWrite>;
}

interface Props {
  /** `null` for a new one. */
  campaign: Campaign | null;
  onSave: (written: Written) => Promise<Campaign>;
  onSaved: (campaign: Campaign) => void;
}

/** `lists.0` belongs to `lists`: the fields show what is wrong with any of their entries. */
function errorsByField(problem: ApiProblem): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fieldErrors(problem)).map(([path, text]) => [path.split(".")[0] ?? path, text]),
  );
}

export function CampaignForm({ campaign, onSave, onSaved }: Props) {
  const { t } = useTranslation("campaigns");
  const validate = useFormValidation();
  const form = useForm<FormValues>({
    initialValues: valuesOf(campaign),
    validate,
    validateInputOnChange: false,
  });
  const [problem, setProblem] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const lastTemplate = useRef<TemplateField>("body_text");
  const status = campaign?.status ?? "draft";
  const isDirty = form.isDirty();
  const lockedText = lockedTextKey(status);

  function showErrors(errors: FormErrors) {
    // The summary comes in with the errors; the focus goes to the field when both are there.
    flushSync(() => form.setErrors(errors));
    const first = FIELDS.find((field) => field in errors);
    if (first) form.getInputNode(first)?.focus();
  }

  function showProblem(error: unknown) {
    if (error instanceof ApiProblem && error.errors.length > 0) {
      const errors = errorsByField(error);
      setProblem(errors["non_field_errors"]);
      showErrors(errors);
    } else {
      setProblem(problemText(error instanceof Error ? error : new Error(String(error))));
    }
  }

  async function save(values: FormValues) {
    setProblem(undefined);
    setSaving(true);
    try {
      const changes = changesOf(values, (field) => form.isDirty(field));
      onSaved(await onSave({ all: writeOf(values), changes }));
    } catch (error) {
      showProblem(error);
    } finally {
      setSaving(false);
    }
  }

  function insert(variable: string) {
    const field = lastTemplate.current;
    const input = form.getInputNode(field);
    if (!(input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement)) return;
    const start = input.selectionStart ?? input.value.length;
    const end = input.selectionEnd ?? start;
    const value = input.value.slice(0, start) + variable + input.value.slice(end);
    // The caret can only be put behind what is already there.
    flushSync(() => form.setFieldValue(field, value));
    input.focus();
    input.setSelectionRange(start + variable.length, start + variable.length);
  }

  return (
    <>
      {lockedText && (
        <Alert color="blue" mb="lg">
          {t(lockedText)}
        </Alert>
      )}
      <form
        noValidate
        onSubmit={form.onSubmit((values) => void save(values), showErrors)}
        aria-busy={isSaving}
      >
        <ProblemSummary
          errors={form.errors}
          problem={problem}
          onChoose={(field) => form.getInputNode(field)?.focus()}
        />
        <div className={classes.columns}>
          <MessageFields
            form={form}
            isEditable={(field) => isEditable(field, status)}
            onTemplateFocus={(field) => {
              lastTemplate.current = field;
            }}
            onInsert={insert}
          />
          <AudienceFields form={form} isEditable={(field) => isEditable(field, status)} />
        </div>
        <Group mt="xl">
          <Button type="submit" loading={isSaving}>
            {t(campaign ? "form.save" : "form.create")}
          </Button>
          <Button
            component={Link}
            to={campaign ? `/manage/campaigns/${campaign.id}` : "/manage"}
            variant="default"
          >
            {t("form.cancel")}
          </Button>
        </Group>
      </form>
      {campaign && <PreviewPanel campaignId={campaign.id} isDirty={isDirty} />}
      <UnsavedDialog isDirty={isDirty} />
    </>
  );
}
