import { Box, Input, Spinner, Text } from "@chakra-ui/react";
import { useId, useState, type KeyboardEvent } from "react";

import { t } from "../../i18n/t";
import { HitLine, type Found } from "./HitLine";
import { recentNodes } from "./recent";
import { useSearch } from "./useSearch";

type Props = {
  readonly onPick: (node: string) => void;
  readonly width?: string;
  readonly autoFocus?: boolean;
  readonly size?: "xs" | "lg";
};
type Choice = { readonly id: string; readonly hit: Found };

/** A field that offers what is called so while it is typed; empty, it offers what was looked at lately. */
export const SearchBox = ({ onPick, width = "100%", autoFocus = false, size = "xs" }: Props) => {
  const [text, setText] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const listId = useId();
  const { data, isFetching, error } = useSearch(text);
  const isEmpty = text.trim() === "";
  const choices: Choice[] = isEmpty
    ? recentNodes().map((node) => ({ id: node.id, hit: { ...node, name: node.name ?? node.id } }))
    : (data?.hits ?? []).flatMap((hit) => (hit.node_id ? [{ id: hit.node_id, hit }] : []));
  const pick = (choice: Choice | undefined): void => {
    if (!choice) return;
    setText("");
    setOpen(false);
    onPick(choice.id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive((at) => (at + step + choices.length) % Math.max(choices.length, 1));
    } else if (event.key === "Enter") pick(choices[active]);
    else if (event.key === "Escape") setOpen(false);
  };
  const hasList = isOpen && choices.length > 0;
  return (
    <Box
      onBlur={({ currentTarget, relatedTarget }) => !currentTarget.contains(relatedTarget as Node | null) && setOpen(false)}
      position="relative"
      width={width}
    >
      <Input
        aria-activedescendant={hasList ? `${listId}-${active}` : undefined}
        aria-autocomplete="list"
        aria-controls={hasList ? listId : undefined}
        aria-expanded={hasList}
        aria-label={t("graph.search.label")}
        autoComplete="off"
        autoFocus={autoFocus}
        onChange={({ target }) => {
          setText(target.value);
          setActive(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onKeyDown={onKeyDown}
        placeholder={t("graph.search.placeholder")}
        role="combobox"
        size={size}
        value={text}
      />
      {isFetching ? (
        <Spinner aria-label={t("graph.search.searching")} insetEnd={2} position="absolute" size="xs" top="calc(50% - 6px)" />
      ) : null}
      {isOpen && (choices.length > 0 || (!isEmpty && data && !isFetching) || error) ? (
        <Box
          bg="bg.panel"
          borderRadius="md"
          borderWidth="1px"
          boxShadow="md"
          maxHeight="24rem"
          minWidth="100%"
          mt={1}
          overflowY="auto"
          position="absolute"
          width={size === "xs" ? "28rem" : "100%"}
          zIndex={20}
        >
          {isEmpty ? (
            <Text color="fg.muted" fontSize="xs" px={3} py={1}>
              {t("graph.search.recent")}
            </Text>
          ) : null}
          {choices.length > 0 ? (
            <Box aria-label={t("graph.search.label")} id={listId} role="listbox">
              {choices.map((choice, at) => (
                <Box
                  key={choice.id}
                  aria-selected={at === active}
                  bg={at === active ? "bg.emphasized" : undefined}
                  cursor="pointer"
                  id={`${listId}-${at}`}
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => pick(choice)}
                  onMouseEnter={() => setActive(at)}
                  px={3}
                  py={1.5}
                  role="option"
                >
                  <HitLine hit={choice.hit} />
                </Box>
              ))}
            </Box>
          ) : null}
          {error || (!isEmpty && choices.length === 0) ? (
            <Box px={3} py={2} role="status">
              <Text fontWeight="semibold">{error ? t("app.error.title") : t("graph.search.noneTitle")}</Text>
              <Text color="fg.muted">{error ? t("app.error.server") : t("graph.search.none")}</Text>
            </Box>
          ) : null}
          {!isEmpty && data?.next_cursor ? (
            <Text color="fg.muted" fontSize="xs" px={3} py={1}>
              {t("graph.search.more")}
            </Text>
          ) : null}
        </Box>
      ) : null}
    </Box>
  );
};
