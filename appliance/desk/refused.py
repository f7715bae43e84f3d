"""What the rules do not allow a person now, by code; the sentences stand with the screens."""

from __future__ import annotations

from protocol.errors import LocalError


class Refused(LocalError):
    """A person's wish that the rules do not allow now.

    `code` is one of `REFUSALS`; `values` are what the sentence on the screen needs.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, **values)


REFUSALS = frozenset(
    {
        "not_holder",  # the file is not on a desk of this post; values: post, state
        "away",  # another office holds the file; values: node
        "stopped",  # the office was restored and has yet to hear from the district
        "disk_reserve",  # too little room; values: free_bytes, needed_bytes
        "no_such_file",
        "unconfirmed_again",  # it was not confirmed that set-aside entries are to be written again
        "nothing_again",  # no such entries, or none that can be written again as it stands
        "already_again",  # written again or annexed meanwhile
        "already_decided",  # the district decided otherwise
        "originals_missing",  # the originals are on the way from the district
        "graded",  # a confidential file of another chain
        "no_such_post",  # values: post
        "post_is_empty",  # nobody has charge of the post; values: post
        "same_post",
        "empty_subject",
        "subject_too_long",  # values: limit
        "empty_note",
        "note_too_long",  # values: limit
        "directions_missing",  # a return with directions needs remarks
        "remarks_too_long",  # values: limit
        "yellow_changed",  # saved elsewhere meanwhile; values: saved_version
        "yellow_unconfirmed",  # a yellow note of this post waits: confirm or discard before sending
        "paper_too_large",  # values: limit_bytes
        "paper_not_pdf",  # only PDF, JPEG, PNG and TIFF; values: name, seems
        "paper_empty",
        "paper_locked",  # a password opens it
        "paper_broken",  # it cannot be opened, or no page of it drawn
        "paper_pages",  # too many; values: limit
        "paper_pixels",  # too large a picture; values: limit
        "paper_slow",  # opening it was given up; values: seconds
        "paper_busy",  # too many are being opened at once
        "paper_no_page",  # it has no such page; values: page
        "already_opened",  # pull back within the office: values: who, at_ms
        "wrong_state",  # the verb does not fit the state; values: verb, state
        "not_sender",
        "cannot_ask_back",  # the hand-over answered a call
        "due_in_past",
        "no_section",
        "not_your_post",
        "empty_question",  # an opinion is asked without a question
        "question_too_long",  # values: limit
        "no_post_asked",
        "too_many_posts",  # values: limit
        "already_asked",  # what this post was asked is not answered yet; values: post
        "no_such_paper",
        "empty_answer",  # an opinion goes back without a word
        "opinion_unanswered",
        "opinion_file_away",  # who holds the answer does not hold the file; values: post, node
        "not_asker",  # only who asked may end a question that is not answered
        "phrase_empty",
        "phrase_too_long",  # values: limit
        "too_many_phrases",  # values: limit
        "no_such_phrase",
        "not_office_head",  # the office's own phrases are kept by the head of the office
        "not_superior",  # values: post
        "already_here",
        "pull_up_pending",
        "reason_missing",
        "too_many_rows",  # values: limit
        "bad_grading",
        "same_grading",
        "not_administrator",
        "bad_hours",
        "bad_rate",  # values: typed, least, most
        "hours_twice",  # values: hour
        "head_only",  # values: post
        "other_office",
        "aadhaar",  # an Aadhaar number was typed; values: field
        "bad_word",  # values: word
        "no_name",
        "name_too_long",  # values: limit
        "bad_mark",  # values: limit
        "key_taken",  # values: what, key, name
        "no_such_section",
        "bad_rank",  # values: least, most
        "post_cycle",  # values: post
        "channel_cycle",  # values: post
        "bad_employee_code",
        "bad_language",
        "bad_kind",
        "bad_phone",
        "phone_taken",  # values: employee
        "no_such_employee",  # values: employee
        "not_of_office",  # values: employee
        "ends_before_start",
        "leave_needs_end",
        "own_link",  # values: employee
        "charge_held",  # values: employee, until
        "charge_known",  # values: employee, until
        "no_such_charge",
        "charge_over",  # values: until
        "own_charge",
        "too_long_ago",
        "bad_day",
        "post_vacant",  # values: post; asks for a yes before sending
        "wrong_password",
        "password_short",  # values: limit
        "password_long",  # values: limit
        "password_same",
        "password_plain",
        "password_differs",
        "sender_missing",
        "vip_missing",
        "reference_missing",
        "sender_too_long",  # this and the next five: values: limit
        "address_too_long",
        "letter_no_too_long",
        "reference_too_long",
        "category_too_long",
        "vip_too_long",
        "bad_choice",  # a word of the form that its lists do not have
        "bad_enclosures",  # values: limit
        "bad_received",
        "bad_letter_date",
        "bad_due",
        "received_other_calendar",  # this and the next two: values: year
        "letter_date_other_calendar",
        "due_other_calendar",
        "received_in_future",  # values: today
        "letter_after_received",  # values: received
        "due_before_received",  # values: received
        "no_such_scan",
        "scan_used",  # values: receipt
        "file_not_here",  # values: number
        "no_file_chosen",
        "phone_over",
        "phone_full",  # values: limit
        "photo_not_picture",  # values: name
        "no_photos",
        "photos_changed",  # while they were made one paper
        "own_number_long",  # values: limit
        "own_number_series",  # it would be one of the office's own counting; values: number
        "number_taken",  # values: number
        "no_old_number",
        "no_scan",
        "opened_in_future",
        "bad_opened",
        "category_long",  # values: limit
        "references_many",  # values: limit, field
        "reference_long",  # values: limit, field
        "bad_retention",
        "no_such_head",
        "bad_head_code",
        "no_head_name",  # values: limit
        "head_taken",  # values: path
        "head_too_deep",
        "cover_changed",  # elsewhere meanwhile
        "cover_same",
        "same_file",
        "bad_link",
        "no_such_link",
        "review_missing",
        "review_past",
        "review_far",  # values: limit in years
        "bad_review",
        "weed_already",  # by another order: number; what came after that stays
        "weed_kept",  # category A is kept for ever
        "weed_not_c",  # only category C is weeded
        "weed_too_early",  # values: review, an ISO day
        "weed_no_number",  # of the order
        "weed_number_long",  # values: limit
        "weed_no_order",  # the order's paper
        "weed_order_not_pdf",
        "weed_unconfirmed",
        "no_addressee",
        "addressee_long",  # values: limit
        "nothing_back",
        "many_papers",  # values: limit
        "package_failed",
        "no_such_draft",
        "no_such_writing",  # a draft being written: saved as a version or thrown away meanwhile
        "draft_changed",  # saved elsewhere meanwhile; values: saved_version
        "draft_moved_on",  # another version was saved meanwhile; values: version
        "draft_issued",  # values: number
        "draft_not_issued",
        "draft_not_approved",
        "draft_decided",
        "draft_not_senior",  # values: post
        "draft_no_addressee",
        "draft_too_long",  # values: limit
        "draft_too_many",  # values: field, limit
        "draft_field_too_long",  # values: field, limit
        "empty_draft",
        "bad_mode",
        "own_office",
        "bad_email",  # values: address or limit
        "mail_not_set_up",
        "mail_settled",
        "secret_by_mail",
        "issue_busy",
        "letter_not_set",  # values: why
        "bad_dispatch_day",
        "head_too_long",  # values: field, limit
    }
)
