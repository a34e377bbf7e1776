import { Alert, Button, Group } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Link } from "react-router";

import { useFormProblems } from "../../../components/useFormProblems";
import { useTranslation } from "../../../lib/i18n";
import type { Campaign, CampaignWrite } from "../api/types";
import { AudienceFields } from "./AudienceFields";
import classes from "./CampaignForm.module.css";
import {
  changesOf,
  editableFields,
  FIELDS,
  valuesOf,
  writeOf,
  type FieldName,
  type FormValues,
} from "./form-values";
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

export function CampaignForm({ campaign, onSave, onSaved }: Props) {
  const { t } = useTranslation("campaigns");
  const { t: common } = useTranslation();
  const validate = useFormValidation();
  const form = useForm<FormValues>({
    initialValues: valuesOf(campaign),
    validate,
    validateInputOnChange: false,
  });
  const problems = useFormProblems(form);
  const [isSaving, setSaving] = useState(false);
  const lastTemplate = useRef<TemplateField>("body_text");
  const editable = editableFields(campaign);
  const isEditable = (field: FieldName) => editable.has(field);
  const isLocked = campaign !== null && !FIELDS.every(isEditable);
  const isDirty = form.isDirty();

  async function save(values: FormValues) {
    problems.clear();
    setSaving(true);
    try {
      const changes = changesOf(values, (field) => form.isDirty(field));
      onSaved(await onSave({ all: writeOf(values), changes }));
    } catch (error) {
      problems.show(error);
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
      {isLocked && (
        <Alert color="blue" mb="lg">
          {t(`form.locked.${campaign.status}`)}
        </Alert>
      )}
      <form
        noValidate
        onSubmit={form.onSubmit((values) => void save(values), problems.focusFirst)}
        aria-busy={isSaving}
      >
        <div className={classes.columns}>
          <MessageFields
            form={form}
            isEditable={isEditable}
            onTemplateFocus={(field) => {
              lastTemplate.current = field;
            }}
            onInsert={insert}
          />
          <AudienceFields form={form} isEditable={isEditable} />
        </div>
        <ProblemSummary
          errors={form.errors}
          problem={problems.problem}
          onChoose={(field) => form.getInputNode(field)?.focus()}
        />
        <Group mt="xl">
          <Button type="submit" loading={isSaving}>
            {campaign ? common("action.save") : t("form.create")}
          </Button>
          <Button
            component={Link}
            to={campaign ? `/manage/campaigns/${campaign.id}` : "/manage/campaigns"}
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
