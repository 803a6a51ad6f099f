package io.sluice.ingest;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What an object keeps alive: the objects that can be reached from it, and the places in their arrays, empty ones included.
 * Collections of the JDK count by what they hold. Objects of other packages than the first one's are not entered.
 */
public record Footprint(long objects, long places) {
    public static Footprint of(Object root) {
        return new Walk(root.getClass().getPackage()).from(root);
    }

    private static final class Walk {
        private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        private final ArrayDeque<Object> todo = new ArrayDeque<>();
        private final Package ours;
        private long places;

        Walk(Package ours) {
            this.ours = ours;
        }

        Footprint from(Object root) {
            meet(root);
            Object next;
            while ((next = todo.pollFirst()) != null) {
                enter(next);
            }
            return new Footprint(seen.size(), places);
        }

        private void meet(Object object) {
            if (object != null && seen.add(object)) {
                todo.addLast(object);
            }
        }

        private void enter(Object object) {
            Class<?> type = object.getClass();
            if (type.isArray()) {
                places += Array.getLength(object);
                if (object instanceof Object[] array) {
                    for (Object item : array) {
                        meet(item);
                    }
                }
            } else if (object instanceof Collection<?> items) {
                items.forEach(this::meet);
            } else if (object instanceof Map<?, ?> map) {
                map.keySet().forEach(this::meet);
                map.values().forEach(this::meet);
            } else {
                for (Class<?> c = type; c.getPackage() == ours; c = c.getSuperclass()) {
                    for (Field field : c.getDeclaredFields()) {
                        meetValue(field, object);
                    }
                }
            }
        }

        private void meetValue(Field field, Object of) {
            if (field.getType().isPrimitive() || Modifier.isStatic(field.getModifiers())) {
                return;
            }
            field.setAccessible(true);
            try {
                meet(field.get(of));
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }
    }
}
