import { Alert, Button, Group } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useEffectEvent, useMemo, useState } from "react";
import { Link } from "react-router";

import { Time } from "../../../components/Time";
import { useFormProblems } from "../../../components/useFormProblems";
import { ApiProblem } from "../../../lib/api-client";
import { fieldErrors, problemText, useTranslation } from "../../../lib/i18n";
import { fetchEdition, type Edition } from "../api/edit-campaign";
import { useContentPreview } from "../api/preview-content";
import type { Campaign, CampaignWrite } from "../api/types";
import { AudienceFields } from "./AudienceFields";
import classes from "./CampaignForm.module.css";
import { ConflictDialog } from "./ConflictDialog";
import { ChecksPanel } from "./editor/ChecksPanel";
import editorClasses from "./editor/editor.module.css";
import { InsertTargetContext, type InsertTarget } from "./editor/insert-target";
import { PreviewPane } from "./editor/PreviewPane";
import { TestDialog } from "./editor/TestDialog";
import {
  changesOf,
  contentOf,
  editableFields,
  FIELDS,
  valuesOf,
  writeOf,
  type FieldName,
  type FormValues,
} from "./form-values";
import { MessageFields } from "./MessageFields";
import { ProblemSummary } from "./ProblemSummary";
import { UnsavedDialog } from "./UnsavedDialog";
import { useOneAtATime } from "./useOneAtATime";
import { useFormValidation } from "./useFormValidation";
import { VariableButtons } from "./VariableButtons";

const AUTOSAVE_MS = 2_000;
const PREVIEW_MS = 400;

interface Written {
  all: CampaignWrite;
  /** Only what was changed here, so that what somebody else changed meanwhile stays. */
  changes: Partial<CampaignWrite>;
  etag: string | null;
}

interface Props {
  /** `null` for a new one. */
  edition: Edition | null;
  onSave: (written: Written) => Promise<Edition>;
  /** After the button, not after a draft saved itself. */
  onSaved: (campaign: Campaign) => void;
}

/** The API's places within the body: `body.blocks.3.text` is `blocks.3.text` here, `body` is "". */
function bodyProblemsOf(error: Error | null): Record<string, string> {
  if (!(error instanceof ApiProblem)) return {};
  return Object.fromEntries(
    Object.entries(fieldErrors(error))
      .filter(([place]) => place === "body" || place.startsWith("body."))
      .map(([place, text]) => [place.slice("body.".length), text]),
  );
}

export function CampaignForm({ edition, onSave, onSaved }: Props) {
  const { t } = useTranslation("campaigns");
  const { t: common } = useTranslation();
  const [saved, setSaved] = useState(edition);
  const [theirs, setTheirs] = useState<Edition | null>(null);
  const [isSaving, setSaving] = useState(false);
  const [savedAt, setSavedAt] = useState<string>();
  /** Why a draft could not save itself. */
  const [problem, setProblem] = useState<string>();
  const [isTesting, setTesting] = useState(false);
  const [subscriber, setSubscriber] = useState<number | null>(null);
  const [target, setTarget] = useState<InsertTarget | null>(null);
  const targets = useMemo(() => ({ set: setTarget }), []);
  const campaign = saved?.campaign ?? null;
  const form = useForm<FormValues>({
    initialValues: valuesOf(campaign),
    validate: useFormValidation(),
    validateInputOnChange: false,
  });
  const problems = useFormProblems(form);
  const editable = editableFields(campaign);
  const isEditable = (field: FieldName) => editable.has(field);
  const isLocked = campaign !== null && !FIELDS.every(isEditable);
  const isDirty = form.isDirty();

  const content = {
    ...contentOf(form.values),
    name: form.values.name.slice(0, 200),
    lists: form.values.lists.map(Number),
    subscriber,
  };
  const [wanted] = useDebouncedValue(JSON.stringify(content), PREVIEW_MS);
  const preview = useContentPreview(useMemo(() => JSON.parse(wanted) as typeof content, [wanted]));

  /** Refused with `changed` when somebody else saved it meanwhile; then both versions are shown. */
  async function write(): Promise<Campaign> {
    const { values } = form;
    const changes = changesOf(values, (field) => form.isDirty(field));
    setSaving(true);
    problems.clear();
    try {
      const after = await onSave({ all: writeOf(values), changes, etag: saved?.etag ?? null });
      setSaved(after);
      // What was written while it was saved is not saved.
      form.setInitialValues(values);
      form.resetDirty(values);
      setProblem(undefined);
      setSavedAt(new Date().toISOString());
      return after.campaign;
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 412 && campaign) {
        setTheirs(await fetchEdition(campaign.id));
      }
      throw error;
    } finally {
      setSaving(false);
    }
  }

  // The second needs the first one's mark.
  const save = useOneAtATime(write);

  async function submit() {
    try {
      onSaved(await save());
    } catch (error) {
      if (!(error instanceof ApiProblem && error.status === 412)) problems.show(error);
    }
  }

  const [settled] = useDebouncedValue(form.values, AUTOSAVE_MS);
  const isDraft = campaign?.status === "draft";
  const saveDraft = useEffectEvent(async (values: FormValues) => {
    const isSettled = JSON.stringify(values) === JSON.stringify(form.values);
    if (!isDraft || !isDirty || !isSettled || theirs || form.validate().hasErrors) return;
    try {
      await save();
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 412) return;
      // Without the focus, which is where somebody writes.
      if (error instanceof ApiProblem && error.errors.length > 0) {
        const errors = Object.entries(fieldErrors(error));
        form.setErrors(Object.fromEntries(errors.map(([at, text]) => [at.split(".")[0] ?? at, text])));
      } else setProblem(problemText(error instanceof Error ? error : new Error(String(error))));
    }
  });
  useEffect(() => {
    // oxlint-disable-next-line react/set-state-in-effect -- what is said follows the API's answer
    void saveDraft(settled);
  }, [settled]);

  function keepMine() {
    if (!theirs) return;
    const changed = FIELDS.filter((field) => form.isDirty(field));
    const other = valuesOf(theirs.campaign);
    const mine = Object.fromEntries(changed.map((field) => [field, form.values[field]]));
    form.setInitialValues(other);
    form.resetDirty(other);
    form.setValues({ ...other, ...mine });
    setSaved(theirs);
    setTheirs(null);
  }

  function takeTheirs() {
    if (!theirs) return;
    const other = valuesOf(theirs.campaign);
    form.setInitialValues(other);
    form.setValues(other);
    form.resetDirty(other);
    setSaved(theirs);
    setTheirs(null);
  }

  return (
    <InsertTargetContext value={targets}>
      {isLocked && (
        <Alert color="blue" mb="lg">
          {t(`form.locked.${campaign.status}`)}
        </Alert>
      )}
      <form
        noValidate
        onSubmit={form.onSubmit(() => void submit(), problems.focusFirst)}
        aria-busy={isSaving}
      >
        <div className={classes.columns}>
          <div className={classes.section}>
            <MessageFields form={form} isEditable={isEditable} problems={bodyProblemsOf(preview.error)} />
            <VariableButtons
              into={target?.label ?? t("form.subject")}
              disabled={!isEditable("body") || target === null}
              onInsert={(text) => target?.insert(text)}
            />
            <AudienceFields form={form} isEditable={isEditable} />
          </div>
          <div className={classes.beside}>
            <PreviewPane
              preview={preview.data}
              error={preview.error}
              isStale={preview.isPlaceholderData || preview.isFetching}
              list={content.lists[0]}
              subscriber={subscriber}
              onChooseSubscriber={setSubscriber}
            />
            {campaign && <ChecksPanel campaignId={campaign.id} version={campaign.updated_at} />}
          </div>
        </div>
        <ProblemSummary
          errors={form.errors}
          problem={problems.problem}
          onChoose={(field) => form.getInputNode(field)?.focus()}
        />
        <Group mt="xl">
          <Button type="submit" loading={isSaving && !isDraft}>
            {campaign ? common("action.save") : t("form.create")}
          </Button>
          {campaign && (
            <Button variant="default" onClick={() => setTesting(true)}>
              {t("editor.test.open")}
            </Button>
          )}
          <Button
            component={Link}
            to={campaign ? `/manage/campaigns/${campaign.id}` : "/manage/campaigns"}
            variant="default"
          >
            {t("form.cancel")}
          </Button>
          {isDraft && (
            <span className={editorClasses.saveState} role="status" data-problem={problem ? true : undefined}>
              {problem ?? (isSaving ? t("editor.save.saving") : isDirty ? t("editor.save.dirty") : t("editor.save.saved"))}{" "}
              {!problem && !isSaving && !isDirty && savedAt && <Time at={savedAt} />}
            </span>
          )}
        </Group>
      </form>
      {campaign && (
        <TestDialog
          opened={isTesting}
          campaignId={campaign.id}
          subscriber={subscriber}
          onSaveFirst={async () => {
            if (form.isDirty()) await save();
          }}
          onClose={() => setTesting(false)}
        />
      )}
      <ConflictDialog
        theirs={theirs?.campaign ?? null}
        mine={form.values}
        onKeepMine={keepMine}
        onTakeTheirs={takeTheirs}
        onClose={() => setTheirs(null)}
      />
      <UnsavedDialog isDirty={isDirty} />
    </InsertTargetContext>
  );
}
