import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { CampaignListItem } from '../../../lib/api-types';
import { authorisedFetch } from '../../../lib/authorised-fetch';
import { openEventStream, type StreamState } from '../../../lib/event-stream';
import { createRowMerger } from '../../../lib/live-rows';
import { campaignQuery } from './campaign';
import { campaignsKey } from './campaigns';

export function useCampaignEvents(): StreamState {
  const client = useQueryClient();
  const [state, setState] = useState<StreamState>('connecting');

  useEffect(() => {
    const mergeRows = createRowMerger<CampaignListItem>(client, campaignsKey);
    return openEventStream({
      path: '/api/v1/events/',
      fetch: authorisedFetch,
      onMessage: (message) => {
        for (const row of mergeRows(message)) {
          client.setQueryData(campaignQuery(row.id).queryKey, (kept) => kept && { ...kept, ...row });
        }
        if (message.event === 'snapshot') {
          void client.invalidateQueries({ queryKey: ['campaigns', 'detail'] });
        }
      },
      onState: setState,
    });
  }, [client]);

  return state;
}
