import { Box, Input, Spinner } from "@chakra-ui/react";
import { useEffect, useId, useState, type KeyboardEvent } from "react";

import { t } from "../../i18n/t";
import { offersOf, recentOffers, type Offer } from "./offers";
import { OfferList } from "./OfferList";
import { useSearch, type HitType } from "./useSearch";

/** Of what was only looked at lately, Enter picks nothing that no arrow went to. */
const NONE = -1;

type Props = {
  readonly onPick: (node: string) => void;
  /** Of what kind it may be; left out: any. */
  readonly types?: readonly HitType[];
  /** What is picked now: it stands in the field while nobody types. */
  readonly chosen?: string;
  readonly label?: string;
  readonly placeholder?: string;
  readonly width?: string;
  readonly autoFocus?: boolean;
  readonly size?: "xs" | "sm" | "lg";
};

/** A field that offers what is called so while it is typed; empty, it offers what was looked at lately. */
export const SearchBox = ({ onPick, types, chosen, label, placeholder, width = "100%", autoFocus = false, size = "xs" }: Props) => {
  const [typed, setTyped] = useState<string | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(NONE);
  const listId = useId();
  const { hits, hasMore, error, isCurrent } = useSearch(typed ?? "", types);
  const isEmpty = (typed ?? "").trim() === "";
  const offers = isEmpty ? recentOffers(types) : offersOf(hits);
  const name = label ?? t("graph.search.label");
  // Where the arrows stood among what was found before is nobody's choice.
  useEffect(() => {
    setActive(isEmpty ? NONE : 0);
  }, [isCurrent, isEmpty]);
  const pick = (offer: Offer | undefined): void => {
    if (!offer) return;
    setTyped(null);
    setOpen(false);
    onPick(offer.id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const count = Math.max(offers.length, 1);
      setActive((at) => (event.key === "ArrowDown" ? at + 1 : Math.max(at, 0) + count - 1) % count);
    } else if (event.key === "Enter") {
      if (isOpen && (isEmpty || isCurrent)) pick(offers[active]);
    } else if (event.key === "Escape") setOpen(false);
  };
  const hasList = isOpen && offers.length > 0;
  return (
    <Box
      onBlur={({ currentTarget, relatedTarget }) => {
        if (currentTarget.contains(relatedTarget as Node | null)) return;
        setOpen(false);
        if (chosen !== undefined) setTyped(null);
      }}
      position="relative"
      width={width}
    >
      <Input
        aria-activedescendant={hasList && offers[active] ? `${listId}-${active}` : undefined}
        aria-autocomplete="list"
        aria-controls={hasList ? listId : undefined}
        aria-expanded={hasList}
        aria-label={name}
        autoComplete="off"
        autoFocus={autoFocus}
        onChange={({ target }) => {
          setTyped(target.value);
          setOpen(true);
        }}
        onFocus={({ target }) => {
          if (chosen !== undefined) target.select();
          setOpen(true);
        }}
        onKeyDown={onKeyDown}
        placeholder={placeholder ?? t("graph.search.placeholder")}
        role="combobox"
        size={size}
        value={typed ?? chosen ?? ""}
      />
      {!isEmpty && !isCurrent && !error ? (
        <Spinner aria-label={t("graph.search.searching")} insetEnd={2} position="absolute" size="xs" top="calc(50% - 6px)" />
      ) : null}
      {isOpen && (offers.length > 0 || (!isEmpty && isCurrent) || error) ? (
        <OfferList
          active={active}
          error={error}
          hasMore={hasMore && !isEmpty}
          id={listId}
          isRecent={isEmpty}
          label={name}
          offers={offers}
          onActive={setActive}
          onPick={pick}
          width={size === "xs" ? "28rem" : "100%"}
        />
      ) : null}
    </Box>
  );
};
