import { Input, NativeSelect, Switch, Textarea } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { lazy, Suspense, useRef, useState } from "react";

import { LoadingState } from "../../../../components/LoadingState";
import { sayProblem } from "../../../../components/notify";
import { problemText, useTranslation } from "../../../../lib/i18n";
import { useAllLayouts } from "../../../../queries/layouts";
import type { BodyKind } from "../../api/types";
import { useUploadMedia } from "../../api/upload-media";
import type { FieldName, FormValues } from "../form-values";
import classes from "./editor.module.css";
import { insertInto, useInsertTarget } from "./insert-target";
import { MediaDialog } from "./MediaDialog";
import { asDocument, emptyDocument } from "./visual-document";

const VisualEditor = lazy(() => import("./VisualEditor"));

const KINDS = ["visual", "markdown", "html", "mjml", "plain"] as const satisfies readonly BodyKind[];

interface Props {
  form: UseFormReturnType<FormValues>;
  isEditable: (field: FieldName) => boolean;
  /** By place: `blocks.3.text`. */
  problems: Readonly<Record<string, string>>;
}

/** How the body is written, and the body itself. */
export function BodyField({ form, isEditable, problems }: Props) {
  const { t } = useTranslation("campaigns");
  const { data: layouts = [] } = useAllLayouts();
  const { body_kind: kind, text_derived: isDerived } = form.values;
  const written = useRef(new Map<BodyKind, FormValues["body"]>());

  /** What was written in another kind is not carried over, but there again on the way back. */
  function choose(next: BodyKind) {
    written.current.set(kind, form.values.body);
    const before = written.current.get(next);
    form.setValues({
      body_kind: next,
      body: before ?? (next === "visual" ? emptyDocument() : ""),
    });
  }

  return (
    <>
      <div className={classes.kind}>
        <NativeSelect
          label={t("editor.kind.label")}
          description={t("editor.kind.hint")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={kind}
          disabled={!isEditable("body_kind")}
          data={KINDS.map((value) => ({ value, label: t(`editor.kind.${value}`) }))}
          onChange={({ currentTarget: { value } }) => {
            const next = KINDS.find((each) => each === value);
            if (next) choose(next);
          }}
        />
        {kind !== "plain" && (
          <NativeSelect
            label={t("editor.layout.label")}
            disabled={!isEditable("layout")}
            data={[
              { value: "default", label: t("editor.layout.default") },
              { value: "", label: t("editor.layout.none") },
              ...layouts.map(({ id, name }) => ({ value: String(id), label: name })),
            ].filter(({ value }) => value !== "default" || form.values.layout === "default")}
            {...form.getInputProps("layout")}
          />
        )}
      </div>
      {kind === "visual" ? (
        <VisualBody form={form} disabled={!isEditable("body")} problems={problems} />
      ) : (
        <TextBody form={form} kind={kind} disabled={!isEditable("body")} problem={problems[""]} />
      )}
      {kind !== "plain" && (
        <>
          <Switch
            label={t("editor.textDerived")}
            checked={isDerived}
            disabled={!isEditable("text_derived")}
            onChange={({ currentTarget: { checked } }) =>
              form.setFieldValue("text_derived", checked)
            }
          />
          {!isDerived && (
            <Textarea
              label={t("form.bodyText")}
              rows={8}
              resize="vertical"
              disabled={!isEditable("body_text")}
              {...form.getInputProps("body_text")}
            />
          )}
        </>
      )}
    </>
  );
}

interface VisualProps {
  form: Props["form"];
  disabled: boolean;
  problems: Props["problems"];
}

function VisualBody({ form, disabled, problems }: VisualProps) {
  const { mutateAsync: upload } = useUploadMedia();
  const [choosing, setChoosing] = useState<((image: { src: string }) => void) | null>(null);

  async function keep(files: readonly File[]): Promise<string[]> {
    try {
      return (await Promise.all(files.map((file) => upload(file)))).map(({ url }) => url);
    } catch (error) {
      sayProblem(problemText(error instanceof Error ? error : new Error(String(error))));
      return [];
    }
  }

  return (
    <Input.Wrapper error={problems[""] ?? form.errors["body"]}>
      <Suspense fallback={<LoadingState />}>
        <VisualEditor
          value={asDocument(form.values.body)}
          disabled={disabled}
          problems={problems}
          onChange={(body) => form.setFieldValue("body", body)}
          onChooseImage={(done) => setChoosing(() => done)}
          onUpload={keep}
        />
      </Suspense>
      <MediaDialog
        opened={choosing !== null}
        onChoose={({ url }) => {
          choosing?.({ src: url });
          setChoosing(null);
        }}
        onClose={() => setChoosing(null)}
      />
    </Input.Wrapper>
  );
}

interface TextProps {
  form: Props["form"];
  kind: Exclude<BodyKind, "visual">;
  disabled: boolean;
  problem: string | undefined;
}

function TextBody({ form, kind, disabled, problem }: TextProps) {
  const { t } = useTranslation("campaigns");
  const target = useInsertTarget();
  const label = kind === "plain" ? t("form.bodyText") : t(`editor.kind.${kind}`);
  const { error, ...input } = form.getInputProps("body");
  return (
    <Textarea
      {...input}
      label={label}
      rows={18}
      resize="vertical"
      spellCheck={kind === "plain" || kind === "markdown"}
      {...(kind !== "plain" && { classNames: { input: classes.code ?? "" } })}
      disabled={disabled}
      error={error ?? problem}
      onFocus={(event) => {
        const element = event.currentTarget;
        target.set({ label, insert: (text) => insertInto(element, text) });
      }}
    />
  );
}
