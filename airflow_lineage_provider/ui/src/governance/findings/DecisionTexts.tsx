import { Box, Text } from "@chakra-ui/react";

import { formatTime } from "../../i18n/format";
import { t } from "../../i18n/t";

type Decision = {
  readonly reason: string;
  readonly ticket: string | null;
  readonly author: string;
  readonly created_at: string;
  readonly approver: string | null;
  readonly expires_at: string;
  readonly revoked_at: string | null;
  readonly revoked_by: string | null;
};

/** Why it was asked for. */
export const Reason = ({ reason, ticket }: Decision) => (
  <Box minWidth="12rem">
    <Text overflowWrap="anywhere">{reason}</Text>
    {ticket ? (
      <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere">
        {ticket}
      </Text>
    ) : null}
  </Box>
);

/** Who asked, approved and revoked. */
export const People = ({ author, approver, revoked_by }: Decision) => (
  <Box>
    <Text>{t("governance.decisions.by", { name: author })}</Text>
    {approver ? <Text color="fg.muted">{t("governance.decisions.approvedBy", { name: approver })}</Text> : null}
    {revoked_by ? <Text color="fg.muted">{t("governance.decisions.revokedBy", { name: revoked_by })}</Text> : null}
  </Box>
);

/** Until when it holds. */
export const Times = ({ expires_at, revoked_at }: Decision) => (
  <Text whiteSpace="nowrap">{formatTime(revoked_at ?? expires_at)}</Text>
);
