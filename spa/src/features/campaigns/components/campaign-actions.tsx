import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { fieldProblemText, problemText } from '../../../lib/problem-text';
import { ApiError } from '../../../lib/api-error';
import type { CampaignListItem } from '../../../lib/api-types';
import { useCanEdit } from '../../../lib/session';
import { useDuplicateCampaign } from '../api/duplicate-campaign';
import { type CampaignMove, useMoveCampaign } from '../api/move-campaign';
import { DeleteDialog } from './delete-dialog';
import { CancelDialog, RetryDialog, ScheduleDialog } from './move-dialogs';

interface CampaignActionsProps {
  campaign: CampaignListItem;
  size: 'sm' | 'compact-sm';
}

type OpenDialog = 'schedule' | 'retry' | 'cancel' | 'delete' | null;

export function CampaignActions({ campaign, size }: CampaignActionsProps) {
  const { t } = useTranslation('manage');
  const { t: common } = useTranslation();
  const navigate = useNavigate();
  const canEdit = useCanEdit();
  const [open, setOpen] = useState<OpenDialog>(null);
  const move = useMoveCampaign(campaign.id);
  const duplicate = useDuplicateCampaign(campaign.id);
  if (!canEdit) return null;

  const can = (name: (typeof campaign.allowed_moves)[number]) =>
    campaign.allowed_moves.includes(name);
  const close = () => {
    setOpen(null);
  };

  function tell(error: unknown) {
    const [first] = error instanceof ApiError ? (error.problem.errors ?? []) : [];
    notifications.show({
      color: 'red',
      title: t('notice.refused', { name: campaign.name }),
      message: first ? fieldProblemText(first, common) : problemText(error, common),
    });
  }

  function go(request: CampaignMove) {
    move.mutate(request, { onError: tell });
  }

  // "Start" of a stopped campaign goes on with what is left, and is called so.
  const startLabel = t(campaign.status === 'stopped' ? 'move.continue' : 'move.start');

  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      {can('start') && (
        <Button
          size={size}
          loading={move.isPending}
          onClick={() => {
            go({ move: 'start' });
          }}
        >
          {startLabel}
        </Button>
      )}
      {can('stop') && (
        <Button
          size={size}
          color="red"
          variant="light"
          loading={move.isPending}
          onClick={() => {
            go({ move: 'stop' });
          }}
        >
          {t('move.stop')}
        </Button>
      )}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon
            variant="default"
            size={size === 'sm' ? 36 : 28}
            aria-label={t('action.more', { name: campaign.name })}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} to={`/manage/campaigns/${campaign.id}/edit`}>
            {t('action.edit')}
          </Menu.Item>
          {can('schedule') && (
            <Menu.Item
              onClick={() => {
                setOpen('schedule');
              }}
            >
              {t('move.schedule')}
            </Menu.Item>
          )}
          {can('unschedule') && (
            <Menu.Item
              onClick={() => {
                go({ move: 'unschedule' });
              }}
            >
              {t('move.unschedule')}
            </Menu.Item>
          )}
          {can('retry') && campaign.tally.failed + campaign.tally.unknown > 0 && (
            <Menu.Item
              onClick={() => {
                setOpen('retry');
              }}
            >
              {t('move.retry')}
            </Menu.Item>
          )}
          <Menu.Item
            onClick={() => {
              duplicate.mutate(undefined, {
                onSuccess: (copy) => void navigate(`/manage/campaigns/${copy.id}/edit`),
                onError: tell,
              });
            }}
          >
            {t('action.duplicate')}
          </Menu.Item>
          {can('cancel') && (
            <Menu.Item
              color="red"
              onClick={() => {
                setOpen('cancel');
              }}
            >
              {t('move.cancel')}
            </Menu.Item>
          )}
          {campaign.status !== 'running' && (
            <Menu.Item
              color="red"
              onClick={() => {
                setOpen('delete');
              }}
            >
              {t('action.delete')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {open === 'schedule' && <ScheduleDialog campaign={campaign} onClose={close} />}
      {open === 'retry' && <RetryDialog campaign={campaign} onClose={close} />}
      {open === 'cancel' && <CancelDialog campaign={campaign} onClose={close} />}
      {open === 'delete' && (
        <DeleteDialog
          campaign={campaign}
          onClose={close}
          onDeleted={() => {
            close();
            void navigate('/manage/campaigns');
          }}
        />
      )}
    </Group>
  );
}
