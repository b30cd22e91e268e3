package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.runtime.backend.xrt.CardEntry;
import dev.skein.runtime.backend.xrt.XrtCard;
import java.io.IOException;
import java.util.stream.Collectors;

/** The cards that the driver has: address, shell, sensors. None of them is opened. */
record CardList(Console console) {

    void print(ObjectNode json) {
        ArrayNode cards = json.putArray("cards");
        try {
            for (CardEntry card : XrtCard.cards()) {
                print(card, cards.addObject());
            }
        } catch (IOException e) {
            json.put("problem", e.getMessage());
            console.result("XRT: %s", e.getMessage());
        }
    }

    private void print(CardEntry card, ObjectNode json) {
        json.put("address", card.address());
        card.shell().ifPresent(shell -> json.put("shell", shell));
        ArrayNode array = json.putArray("sensors");
        card.readings().forEach(r -> array.addObject().put("name", r.name())
                .put("quantity", r.quantity()).put("value", r.value()).put("unit", r.unit())
                .put("source", r.source()));
        card.problem().ifPresent(problem -> json.put("problem", problem));
        String told = card.readings().isEmpty() ? "no sensors" : card.readings().stream()
                .map(CardEntry.Reading::toString).collect(Collectors.joining(", "));
        console.result("%-10s %-15s shell %s; %s", "xrt", card.address(),
                card.shell().orElse("unknown"), card.problem().orElse(told));
    }
}
