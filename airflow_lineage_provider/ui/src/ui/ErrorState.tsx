import { Button, Stack, Text } from "@chakra-ui/react";

import { ApiError } from "../api/ApiError";
import { t } from "../i18n/t";
import { hintOf } from "./hintOf";

type Props = { readonly error: Error; readonly title?: string; readonly onRetry?: () => void };

/** What went wrong, what the server said, and what to do next. */
export const ErrorState = ({ error, title, onRetry }: Props) => (
  <Stack align="center" data-testid="error" gap={2} justify="center" minHeight="40" p={6} role="alert" textAlign="center">
    <Text fontSize="md" fontWeight="semibold">
      {title ?? t("app.error.title")}
    </Text>
    <Text maxWidth="prose">{hintOf(error)}</Text>
    {error instanceof ApiError && error.message ? (
      <Text color="fg.muted" maxWidth="prose" overflowWrap="anywhere">
        {error.message}
      </Text>
    ) : null}
    {onRetry ? (
      <Button onClick={onRetry} size="sm" variant="outline">
        {t("app.retry")}
      </Button>
    ) : null}
  </Stack>
);
