import { Alert, Button, Group, MultiSelect, NativeSelect, NumberInput, Switch, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { UnsavedDialog } from '../../../components/unsaved-dialog';
import type { Campaign, CampaignStatus, CampaignWrite, TransportName } from '../../../lib/api-types';
import { formProblems } from '../../../lib/form-problems';
import { useUnsavedGuard } from '../../../lib/use-unsaved-guard';
import { useListOptions } from '../api/list-options';
import { useTransports } from '../api/transports';
import classes from './campaign-form.module.css';

interface FormValues {
  name: string;
  subject: string;
  from_name: string;
  from_email: string;
  lists: string[];
  transport: TransportName;
  rate_limit: number | string;
  is_public: boolean;
  body_text: string;
  body_html: string;
}

type Field = keyof FormValues;

/** In the order of the page: of several wrong fields the first takes the focus. */
const fields: readonly Field[] = [
  'name',
  'subject',
  'from_name',
  'from_email',
  'lists',
  'transport',
  'rate_limit',
  'is_public',
  'body_text',
  'body_html',
];

const transportNames: readonly TransportName[] = ['database', 'log', 'smtp'];

/** What the API still lets one change in each state. */
function isOpen(field: Field, status: CampaignStatus): boolean {
  switch (status) {
    case 'draft':
    case 'scheduled':
      return true;
    case 'stopped':
      return field !== 'lists';
    case 'running':
      return field === 'rate_limit' || field === 'is_public';
    case 'finished':
    case 'cancelled':
      return field === 'name' || field === 'is_public';
  }
}

function startValues(campaign: Campaign | undefined): FormValues {
  return {
    name: campaign?.name ?? '',
    subject: campaign?.subject ?? '',
    from_name: campaign?.from_name ?? '',
    from_email: campaign?.from_email ?? '',
    lists: campaign?.lists.map(String) ?? [],
    transport: campaign?.transport ?? 'database',
    rate_limit: campaign?.rate_limit ?? '',
    is_public: campaign?.is_public ?? true,
    body_text: campaign?.body_text ?? '',
    body_html: campaign?.body_html ?? '',
  };
}

function toBody(values: FormValues): CampaignWrite {
  return {
    ...values,
    lists: values.lists.map(Number),
    rate_limit: values.rate_limit === '' ? null : Number(values.rate_limit),
  };
}

export interface SaveOptions {
  body: CampaignWrite;
  /** Only what may be changed in the campaign's state: the API refuses the rest even when it is the same. */
  open: Partial<CampaignWrite>;
  preview: boolean;
}

interface CampaignFormProps {
  campaign?: Campaign;
  save: (options: SaveOptions) => Promise<Campaign>;
  onSaved: (campaign: Campaign, preview: boolean) => void;
}

export function CampaignForm({ campaign, save, onSaved }: CampaignFormProps) {
  const { t } = useTranslation('manage');
  const { t: common } = useTranslation();
  const status = campaign?.status ?? 'draft';
  const lists = useListOptions();
  const transports = useTransports();
  const [whole, setWhole] = useState<string | null>(null);
  const [saving, setSaving] = useState<'save' | 'preview' | null>(null);

  const form = useForm<FormValues>({
    mode: 'uncontrolled',
    initialValues: startValues(campaign),
  });
  const blocker = useUnsavedGuard(() => form.isDirty());

  function focusFirst(wrong: Partial<Record<Field, unknown>>) {
    const first = fields.find((field) => wrong[field]);
    if (first) form.getInputNode(first)?.focus();
  }

  async function submit(values: FormValues, preview: boolean) {
    setWhole(null);
    setSaving(preview ? 'preview' : 'save');
    const body = toBody(values);
    const open: Partial<CampaignWrite> = Object.fromEntries(
      Object.entries(body).filter(([field]) => isOpen(field as Field, status)),
    );
    try {
      const saved = await save({ body, open, preview });
      form.resetDirty(values);
      onSaved(saved, preview);
    } catch (error) {
      const problems = formProblems(error, fields, common);
      form.setErrors(problems.fields);
      setWhole(problems.whole);
      focusFirst(problems.fields);
    } finally {
      setSaving(null);
    }
  }

  const input = (field: Field) => ({
    key: form.key(field),
    ...form.getInputProps(field, field === 'is_public' ? { type: 'checkbox' } : {}),
    disabled: !isOpen(field, status),
  });

  const unhealthy = transports.data?.filter((transport) => !transport.healthy) ?? [];

  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={form.onSubmit((values, event) => {
        const { submitter } = (event?.nativeEvent ?? {}) as Partial<SubmitEvent>;
        void submit(values, submitter instanceof HTMLButtonElement && submitter.value === 'preview');
      })}
    >
      <UnsavedDialog blocker={blocker} />
      {whole !== null && (
        <Alert color="red" role="alert">
          {whole}
        </Alert>
      )}
      {status !== 'draft' && status !== 'scheduled' && (
        <Alert color="yellow">{t(`form.limited.${status}`)}</Alert>
      )}

      <fieldset className={classes.section}>
        <legend>{t('form.message')}</legend>
        <TextInput required label={t('form.name')} description={t('form.nameHint')} {...input('name')} />
        <TextInput required label={t('form.subject')} {...input('subject')} />
        <div className={classes.pair}>
          <TextInput label={t('form.fromName')} {...input('from_name')} />
          <TextInput required type="email" label={t('form.fromEmail')} {...input('from_email')} />
        </div>
      </fieldset>

      <fieldset className={classes.section}>
        <legend>{t('form.sending')}</legend>
        <MultiSelect
          label={t('form.lists')}
          description={t('form.listsHint')}
          placeholder={t('form.listsPlaceholder')}
          searchable
          hidePickedOptions
          nothingFoundMessage={t('form.noLists')}
          data={(lists.data?.results ?? []).map((list) => ({
            value: String(list.id),
            label: t('form.listOption', { name: list.name, count: list.subscriber_count }),
          }))}
          {...input('lists')}
        />
        <div className={classes.pair}>
          <NativeSelect
            label={t('form.transport')}
            data={transportNames.map((name) => ({ value: name, label: t(`transport.${name}`) }))}
            {...input('transport')}
          />
          <NumberInput
            label={t('form.rateLimit')}
            description={t('form.rateLimitHint')}
            min={1}
            max={100_000}
            allowDecimal={false}
            thousandSeparator=" "
            {...input('rate_limit')}
          />
        </div>
        {unhealthy.map((transport) => (
          <Alert key={transport.name} color="yellow">
            {t('form.unhealthy', { name: t(`transport.${transport.name}`), detail: transport.detail })}
          </Alert>
        ))}
        <Switch label={t('form.public')} description={t('form.publicHint')} {...input('is_public')} />
      </fieldset>

      <fieldset className={classes.section}>
        <legend>{t('form.text')}</legend>
        <div className={classes.variables}>
          {t('form.variables')}
          <code>{'{{ name|default:"friend" }}'}</code>
          <code>{'{{ email }}'}</code>
          <code>{'{{ attributes.city }}'}</code>
          <code>{'{{ campaign_name }}'}</code>
          <code>{'{{ unsubscribe_url }}'}</code>
        </div>
        <Textarea required autosize minRows={6} maxRows={24} label={t('form.bodyText')} {...input('body_text')} />
        <Textarea
          autosize
          minRows={6}
          maxRows={24}
          label={t('form.bodyHtml')}
          description={t('form.bodyHtmlHint')}
          classNames={{ input: classes.code ?? '' }}
          spellCheck={false}
          {...input('body_html')}
        />
      </fieldset>

      <Group className={classes.bar}>
        <Button type="submit" loading={saving === 'save'} disabled={saving === 'preview'}>
          {t(campaign ? 'form.save' : 'form.create')}
        </Button>
        <Button
          type="submit"
          value="preview"
          variant="default"
          loading={saving === 'preview'}
          disabled={saving === 'save'}
        >
          {t('form.savePreview')}
        </Button>
      </Group>
    </form>
  );
}
