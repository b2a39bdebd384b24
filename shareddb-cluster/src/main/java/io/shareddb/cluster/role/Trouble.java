package io.shareddb.cluster.role;

/** Why a node is not what it should be, in words for people. Role thread only. */
final class Trouble {
    private String text = "";

    void is(String now) {
        text = now;
    }

    void isOver() {
        text = "";
    }

    /** Empty when there is none. */
    String text() {
        return text;
    }

    boolean exists() {
        return !text.isEmpty();
    }
}
