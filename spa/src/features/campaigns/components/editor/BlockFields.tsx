import {
  Button,
  ColorInput,
  Group,
  NativeSelect,
  NumberInput,
  Stack,
  Switch,
  Textarea,
  TextInput,
} from "@mantine/core";
import type { FocusEvent } from "react";

import { useTranslation } from "../../../../lib/i18n";
import classes from "./editor.module.css";
import { insertInto, useInsertTarget } from "./insert-target";
import { RichTextField } from "./RichTextField";
import { changed, NETWORKS, type Align, type Block, type BlockOf } from "./visual-document";

interface Props<Of extends Block> {
  block: Of;
  disabled: boolean;
  /** What the API says is wrong at `text`, `items.2` and so on. */
  problemAt: (place: string) => string | undefined;
  onChange: (block: Of) => void;
}

type FieldsOf<Type extends Block["type"]> = Props<BlockOf<Type>>;

function isOne<const T>(values: readonly T[], value: unknown): value is T {
  return values.some((each) => each === value);
}

/** A variable goes into this input while it was the last with the focus. */
function useVariables(label: string) {
  const target = useInsertTarget();
  return {
    onFocus: (event: FocusEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      const input = event.currentTarget;
      target.set({ label, insert: (text) => insertInto(input, text) });
    },
  };
}

const ALIGNMENTS = ["left", "center", "right"] as const satisfies readonly Align[];

function AlignField<Of extends Block & { align?: Align }>({ block, disabled, onChange }: Props<Of>) {
  const { t } = useTranslation("campaigns");
  return (
    <NativeSelect
      label={t("editor.align.label")}
      size="xs"
      disabled={disabled}
      value={block.align ?? "left"}
      data={ALIGNMENTS.map((value) => ({ value, label: t(`editor.align.${value}`) }))}
      onChange={({ currentTarget: { value } }) => {
        if (!isOne(ALIGNMENTS, value)) return;
        const after: Of = { ...block, align: value };
        onChange(changed(block, after));
      }}
    />
  );
}

const LEVELS = [1, 2, 3] as const;

export function HeadingFields(props: FieldsOf<"heading">) {
  const { block, disabled, problemAt, onChange } = props;
  const { t } = useTranslation("campaigns");
  return (
    <>
      <RichTextField
        label={t("editor.block.heading")}
        value={block.text}
        disabled={disabled}
        error={problemAt("text")}
        onChange={(text) => onChange(changed(block, { text }))}
      />
      <Group gap="xs">
        <NativeSelect
          label={t("editor.level")}
          size="xs"
          disabled={disabled}
          value={String(block.level ?? 1)}
          data={LEVELS.map(String)}
          onChange={({ currentTarget: { value } }) => {
            const level = Number(value);
            if (isOne(LEVELS, level)) onChange(changed(block, { level }));
          }}
        />
        <AlignField {...props} />
      </Group>
    </>
  );
}

export function TextFields(props: FieldsOf<"text">) {
  const { block, disabled, problemAt, onChange } = props;
  const { t } = useTranslation("campaigns");
  return (
    <>
      <RichTextField
        label={t("editor.block.text")}
        value={block.text}
        disabled={disabled}
        error={problemAt("text")}
        onChange={(text) => onChange(changed(block, { text }))}
      />
      <Group gap="xs">
        <AlignField {...props} />
      </Group>
    </>
  );
}

export function QuoteFields({ block, disabled, problemAt, onChange }: FieldsOf<"quote">) {
  const { t } = useTranslation("campaigns");
  return (
    <RichTextField
      label={t("editor.block.quote")}
      value={block.text}
      disabled={disabled}
      error={problemAt("text")}
      onChange={(text) => onChange(changed(block, { text }))}
    />
  );
}

interface ImageProps extends FieldsOf<"image"> {
  onChoose: () => void;
}

export function ImageFields({ onChoose, ...props }: ImageProps) {
  const { block, disabled, problemAt, onChange } = props;
  const { t } = useTranslation("campaigns");
  const alt = t("editor.image.alt");
  return (
    <>
      {block.src.startsWith("http") && (
        <img src={block.src} alt={block.alt ?? ""} className={classes.thumbnail} />
      )}
      <Group align="end" gap="xs" wrap="nowrap">
        <TextInput
          label={t("editor.image.src")}
          style={{ flex: 1 }}
          value={block.src}
          disabled={disabled}
          error={problemAt("src")}
          onChange={({ currentTarget: { value } }) => onChange(changed(block, { src: value }))}
        />
        <Button variant="default" disabled={disabled} onClick={onChoose}>
          {t("editor.image.choose")}
        </Button>
      </Group>
      <TextInput
        label={alt}
        description={t("editor.image.altHint")}
        value={block.alt ?? ""}
        disabled={disabled}
        error={problemAt("alt")}
        {...useVariables(alt)}
        onChange={({ currentTarget: { value } }) => onChange(changed(block, { alt: value }))}
      />
      <TextInput
        label={t("editor.image.href")}
        value={block.href ?? ""}
        disabled={disabled}
        error={problemAt("href")}
        onChange={({ currentTarget: { value } }) =>
          onChange(changed(block, { href: value === "" ? undefined : value }))
        }
      />
      <Group gap="xs" align="start">
        <NumberInput
          label={t("editor.image.width")}
          size="xs"
          min={1}
          max={1200}
          allowDecimal={false}
          value={block.width ?? ""}
          disabled={disabled}
          error={problemAt("width")}
          onChange={(value) =>
            onChange(changed(block, { width: value === "" ? undefined : Number(value) }))
          }
        />
        <AlignField {...props} />
      </Group>
    </>
  );
}

export function ButtonFields(props: FieldsOf<"button">) {
  const { block, disabled, problemAt, onChange } = props;
  const { t } = useTranslation("campaigns");
  const label = t("editor.button.text");
  return (
    <>
      <TextInput
        label={label}
        value={block.text}
        disabled={disabled}
        error={problemAt("text")}
        {...useVariables(label)}
        onChange={({ currentTarget: { value } }) => onChange(changed(block, { text: value }))}
      />
      <TextInput
        label={t("editor.button.href")}
        value={block.href}
        disabled={disabled}
        error={problemAt("href")}
        {...useVariables(t("editor.button.href"))}
        onChange={({ currentTarget: { value } }) => onChange(changed(block, { href: value }))}
      />
      <Group gap="xs" align="start">
        <ColorInput
          label={t("editor.button.color")}
          placeholder={t("editor.button.colorOfLayout")}
          size="xs"
          value={block.color ?? ""}
          disabled={disabled}
          error={problemAt("color")}
          onChange={(value) => onChange(changed(block, { color: value === "" ? undefined : value }))}
        />
        <AlignField {...props} />
      </Group>
    </>
  );
}

export function SpacerFields({ block, disabled, problemAt, onChange }: FieldsOf<"spacer">) {
  const { t } = useTranslation("campaigns");
  return (
    <NumberInput
      label={t("editor.height")}
      size="xs"
      min={1}
      max={400}
      allowDecimal={false}
      value={block.height ?? 24}
      disabled={disabled}
      error={problemAt("height")}
      onChange={(value) => onChange(changed(block, { height: Number(value) || 24 }))}
    />
  );
}

export function ListFields({ block, disabled, problemAt, onChange }: FieldsOf<"list">) {
  const { t } = useTranslation("campaigns");
  const { items } = block;
  return (
    <Stack gap="xs">
      <Switch
        label={t("editor.list.ordered")}
        checked={block.ordered ?? false}
        disabled={disabled}
        onChange={({ currentTarget: { checked } }) => onChange(changed(block, { ordered: checked }))}
      />
      {items.map((item, number) => (
        // oxlint-disable-next-line react/no-array-index-key -- an item is its place
        <Group key={number} gap="xs" wrap="nowrap" align="start">
          <div style={{ flex: 1, minWidth: 0 }}>
            <RichTextField
              label={t("editor.list.item", { number: number + 1 })}
              value={item}
              disabled={disabled}
              error={problemAt(`items.${number}`)}
              onChange={(text) => onChange(changed(block, { items: items.with(number, text) }))}
            />
          </div>
          <Button
            size="compact-sm"
            variant="subtle"
            disabled={disabled || items.length === 1}
            aria-label={t("editor.list.remove", { number: number + 1 })}
            onClick={() => onChange(changed(block, { items: items.toSpliced(number, 1) }))}
          >
            ×
          </Button>
        </Group>
      ))}
      <Button
        size="compact-sm"
        variant="default"
        disabled={disabled}
        onClick={() => onChange(changed(block, { items: [...items, ""] }))}
      >
        {t("editor.list.add")}
      </Button>
    </Stack>
  );
}

export function SocialFields(props: FieldsOf<"social">) {
  const { block, disabled, problemAt, onChange } = props;
  const { t } = useTranslation("campaigns");
  const { links } = block;
  const place = (number: number, changes: Partial<(typeof links)[number]>) =>
    onChange(
      changed(block, {
        links: links.map((link, each) => (each === number ? { ...link, ...changes } : link)),
      }),
    );
  return (
    <Stack gap="xs">
      {links.map((link, number) => (
        // oxlint-disable-next-line react/no-array-index-key -- a link is its place
        <Group key={number} gap="xs" wrap="nowrap" align="start">
          <NativeSelect
            aria-label={t("editor.social.network")}
            disabled={disabled}
            value={link.network}
            data={[...NETWORKS]}
            onChange={({ currentTarget: { value } }) => {
              if (isOne(NETWORKS, value)) place(number, { network: value });
            }}
          />
          <TextInput
            aria-label={t("editor.social.href")}
            style={{ flex: 1 }}
            disabled={disabled}
            value={link.href}
            error={problemAt(`links.${number}.href`)}
            onChange={({ currentTarget: { value } }) => place(number, { href: value })}
          />
          <Button
            size="compact-sm"
            variant="subtle"
            disabled={disabled || links.length === 1}
            aria-label={t("editor.social.remove")}
            onClick={() => onChange(changed(block, { links: links.toSpliced(number, 1) }))}
          >
            ×
          </Button>
        </Group>
      ))}
      <Group gap="xs" align="end">
        <Button
          size="compact-sm"
          variant="default"
          disabled={disabled || links.length >= NETWORKS.length}
          onClick={() =>
            onChange(changed(block, { links: [...links, { network: "web", href: "https://" }] }))
          }
        >
          {t("editor.social.add")}
        </Button>
        <AlignField {...props} />
      </Group>
    </Stack>
  );
}

export function HtmlFields({ block, disabled, problemAt, onChange }: FieldsOf<"html">) {
  const { t } = useTranslation("campaigns");
  const label = t("editor.block.html");
  return (
    <Textarea
      aria-label={label}
      description={t("editor.htmlHint")}
      rows={6}
      resize="vertical"
      spellCheck={false}
      classNames={{ input: classes.code ?? "" }}
      value={block.html}
      disabled={disabled}
      error={problemAt("html")}
      {...useVariables(label)}
      onChange={({ currentTarget: { value } }) => onChange(changed(block, { html: value }))}
    />
  );
}
