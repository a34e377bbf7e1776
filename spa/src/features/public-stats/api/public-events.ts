import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { PublicCampaign } from '../../../lib/api-types';
import { openEventStream, type StreamState } from '../../../lib/event-stream';
import { createRowMerger } from '../../../lib/live-rows';
import { publicCampaignsKey } from './public-campaigns';

export function usePublicEvents(): StreamState {
  const client = useQueryClient();
  const [state, setState] = useState<StreamState>('connecting');

  useEffect(() => {
    const merge = createRowMerger<PublicCampaign>(client, publicCampaignsKey);
    return openEventStream({
      path: '/api/v1/public/events/',
      fetch: (request) => fetch(request),
      onMessage: merge,
      onState: setState,
    });
  }, [client]);

  return state;
}
