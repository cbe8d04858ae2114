/** What a mail check is doing, as data; whoever looks on reads it in words. */
import type { MessageResult } from './result.ts';

export type MailDoing =
  | { readonly id: 'receive' }
  | { readonly id: 'arrived'; readonly from: string; readonly ms: number }
  | { readonly id: 'bounced'; readonly from: string }
  | {
      readonly id: 'not-received';
      readonly from: string;
      readonly submission: MessageResult['submission']['state'];
    };

/** What became of one message. */
export function becameOf({ from, delivery, bounce, submission }: MessageResult): MailDoing {
  if (delivery) return { id: 'arrived', from, ms: delivery.wholeMs };
  if (bounce) return { id: 'bounced', from };
  return { id: 'not-received', from, submission: submission.state };
}
